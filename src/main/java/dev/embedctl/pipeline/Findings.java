package dev.embedctl.pipeline;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputPlace;
import dev.embedctl.provider.Tokens;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of a dry run: each record is invalid, not cached, a hit, a duplicate or a text to
 * embed; the windows of an averaged text count as texts to embed.
 *
 * @param records records in the input
 * @param invalid records without a valid text
 * @param firstInvalid the first of them
 * @param notCached texts that are not in the cache and must not be sent
 * @param cacheHits texts that are in the cache
 * @param duplicates texts that share the call of an earlier text
 * @param certainty whether these are all duplicates
 * @param textsToEmbed distinct texts that a run would pay for
 * @param truncated those of them that are cut to the model's limit
 * @param averaged texts that are cut into windows
 * @param windows the windows of these texts
 * @param tokens the tokens of the texts to embed
 * @param longest the longest text to embed
 * @param requests the number of full requests for the texts to embed
 * @param requestsAtMost the number of requests if a run does not wait for full ones
 * @param textsPerRequest the most texts in a request
 * @param limitEnd where the limit on tokens ends the run, if it does
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
    int textsPerRequest,
    Optional<LimitEnd> limitEnd) {

  /** Whether all duplicates were found. */
  public enum Certainty {
    ALL,
    /** The memory was not enough for the keys of all texts. */
    AT_LEAST
  }

  /** A record without a valid text, and the reason. */
  public record InvalidRecord(InputPlace place, FailureCode code, String message) {
    public InvalidRecord {
      Objects.requireNonNull(place);
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
    }
  }

  /** The place and the tokens of the longest text. */
  public record Longest(InputPlace place, Tokens tokens) {}

  /**
   * The text that a limit on tokens has no room for.
   *
   * @param index of its record
   * @param texts to embed before it
   */
  public record LimitEnd(long index, InputPlace place, long texts) {
    public LimitEnd {
      Objects.requireNonNull(place);
    }
  }

  public Findings {
    firstInvalid = List.copyOf(firstInvalid);
    Objects.requireNonNull(certainty);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(longest);
    Objects.requireNonNull(limitEnd);
  }
}
