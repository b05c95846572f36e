package dev.embedctl.pipeline;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputPlace;
import dev.embedctl.provider.Tokens;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a dry run found: each record is invalid, not cached, a hit, a duplicate or a text to embed;
 * the windows of a text that is averaged are texts to embed.
 *
 * @param records in the input
 * @param invalid records that hold no text that can be embedded
 * @param firstInvalid the first of them
 * @param notCached texts that are neither in the cache nor may be asked for
 * @param cacheHits texts that are in the cache
 * @param duplicates texts that share an earlier text's call
 * @param certainty whether those are all duplicates
 * @param textsToEmbed distinct texts that a run would pay for
 * @param truncated of those, how many are cut to what the model takes
 * @param averaged texts that are cut into windows, each of which counts as a text to embed
 * @param windows that they are cut into
 * @param tokens of the texts to embed
 * @param longest the longest text to embed
 * @param requests that the texts to embed fill
 * @param requestsAtMost that a run may send for them where it does not wait for full ones
 * @param textsPerRequest texts in a request, at most
 */
public record Findings(
    long records,
    long invalid,
    List<InvalidRecord> firstInvalid,
    long notCached,
    long cacheHits,
    long duplicates,
    Certainty certainty,
    long textsToEmbed,
    long truncated,
    long averaged,
    long windows,
    Tokens tokens,
    Optional<Longest> longest,
    long requests,
    long requestsAtMost,
    int textsPerRequest) {

  /** Whether all duplicates were found. */
  public enum Certainty {
    ALL,
    /** There were more texts than memory holds the keys of. */
    AT_LEAST
  }

  /** A record that holds no text that can be embedded, and why. */
  public record InvalidRecord(InputPlace place, FailureCode code, String message) {
    public InvalidRecord {
      Objects.requireNonNull(place);
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
    }
  }

  /** Where the longest text begins. */
  public record Longest(InputPlace place, Tokens tokens) {}

  public Findings {
    firstInvalid = List.copyOf(firstInvalid);
    Objects.requireNonNull(certainty);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(longest);
  }
}
