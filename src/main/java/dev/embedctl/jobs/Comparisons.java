package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.jobs.Delivery.Unproven;
import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.MissingTexts;
import dev.embedctl.pipeline.MissingTexts.Missing;
import dev.embedctl.pipeline.OldVectors;
import dev.embedctl.pipeline.OldVectors.OldVector;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.jobs.Job;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Compares, in calls of one text, what the results of a job do not prove: that their model is that
 * of the cache's old vectors, and that vectors have the order and the encoding that they seem to
 * have. Nothing is stored before; a job whose results differ is kept, and so are its results.
 */
final class Comparisons {
  /** Vectors with a lower cosine do not belong to the same text. */
  private static final double SAME = 0.999;

  private final LaneParts parts;
  private final LaneOptions options;
  private final LaneStore store;
  private final JobCalls calls;
  private final OldVectors old;
  private final Set<Doubt> settled = EnumSet.of(Doubt.MODEL); // one old vector shows the model
  private Optional<OldVector> witness = Optional.empty();
  private boolean inputHasNone;

  Comparisons(
      LaneParts parts, LaneOptions options, LaneStore store, JobCalls calls, LaneClock clock) {
    this.parts = parts;
    this.options = options;
    this.store = store;
    this.calls = calls;
    this.old = new OldVectors(parts.cache(), clock.now());
  }

  /**
   * Compares an old vector of the cache with what the provider makes of its text now, if a text of
   * the input has one.
   *
   * @param what what waits for it, at the beginning of a message
   * @throws Hopeless if the model is another one, or the allowance too small
   * @throws RunFailed if it cannot be asked
   */
  void compareModel(String what, Allowance allowance)
      throws Hopeless, IOException, InterruptedException, Stopped {
    if (parts.pipeline().leastCosine().isEmpty() || inputHasNone || !old.exist()) {
      return;
    }
    if (witness.isPresent()
        && allowance.covers(countOf(witness.get()))
        && hasVector(witness.get(), what, allowance)) {
      return;
    }
    witness = firstWithVector(what, allowance);
    inputHasNone = witness.isEmpty();
  }

  private CountedText countOf(OldVector vector) {
    return parts.provider().count(vector.text());
  }

  /**
   * The first old vector of the input's texts whose text the provider embeds.
   *
   * @throws Hopeless if the allowance is too small for each of them
   */
  private Optional<OldVector> firstWithVector(String what, Allowance allowance)
      throws Hopeless, IOException, InterruptedException, Stopped {
    Queue<OldVector> found = new ArrayDeque<>();
    boolean anyIsTooLong = false;
    try (RecordSource source = parts.read()) {
      MissingTexts texts =
          new MissingTexts(
              source,
              parts.cache(),
              parts.provider(),
              parts.pipeline(),
              (asked, vectors) -> old.among(asked, vectors).ifPresent(found::add));
      while (texts.next().isPresent()) {
        calls.endIfStopped();
        while (!found.isEmpty()) {
          OldVector next = found.remove();
          if (!allowance.covers(countOf(next))) {
            anyIsTooLong = true;
          } else if (hasVector(next, what, allowance)) {
            return Optional.of(next);
          }
        }
      }
    }
    if (anyIsTooLong) {
      throw allowance.exceeded();
    }
    return Optional.empty();
  }

  /** Whether there is a vector to compare; false if the provider refuses the text. */
  private boolean hasVector(OldVector vector, String what, Allowance allowance)
      throws Hopeless, InterruptedException, Stopped {
    double least = parts.pipeline().leastCosine().orElseThrow();
    allowance.take(List.of(countOf(vector)));
    try {
      int unused =
          calls.makePatiently(
              parts.pipeline().timeout(), () -> vector.compare(parts.provider(), least));
      return true;
    } catch (ProviderException e) {
      return switch (e) {
        case Refused refused -> false;
        case Hopeless other when other.reason() == Hopeless.Reason.MODEL_CHANGED -> throw other;
        case Hopeless other -> throw failure(what, other);
        case Transient other -> throw failure(what, other);
        case Unsent other -> throw failure(what, other);
      };
    }
  }

  /** Whether none of these properties is in doubt any more. */
  boolean cover(Set<Doubt> doubts) {
    return settled.containsAll(doubts);
  }

  /**
   * Embeds a text of a line again, alone and as numbers, and compares the vectors.
   *
   * @param what what waits for it, at the beginning of a message
   * @throws Hopeless if they differ, the allowance is too small, or the input has no text of the
   *     line any more
   * @throws RunFailed if the text cannot be embedded
   */
  void prove(Unproven line, String what, Allowance allowance)
      throws Hopeless, IOException, InterruptedException, Stopped {
    Set<Doubt> doubts = line.embeddings().doubts();
    if (doubts.contains(Doubt.ENCODING) && parts.cache().knowsEncoding()) {
      settled.add(Doubt.ENCODING);
    }
    if (cover(doubts)) {
      return;
    }
    Missing text = lastOf(line.keys());
    calls.endIfStopped();
    Vector alone = embedAlone(text.text(), what, allowance);
    Vector among = line.embeddings().vectors().get(line.keys().indexOf(text.key()));
    if (among.dimensions() != alone.dimensions() || !(among.cosine(alone) >= SAME)) {
      throw new Hopeless(Hopeless.Reason.PARAMETER, differs(doubts));
    }
    if (doubts.contains(Doubt.ENCODING)) {
      parts.cache().confirmEncoding();
    }
    settled.addAll(doubts);
  }

  /**
   * The last text of a line that the input still has. The cache may have it, for example from a run
   * that died while it stored these results.
   *
   * @throws Hopeless if the input has none of the line's texts
   */
  private Missing lastOf(List<CacheKey> line) throws Hopeless, IOException, Stopped {
    Set<CacheKey> wanted = Set.copyOf(line);
    Map<CacheKey, Missing> found = new HashMap<>();
    try (RecordSource source = parts.read()) {
      MissingTexts texts =
          new MissingTexts(
              source,
              parts.cache(),
              parts.provider(),
              parts.pipeline(),
              (asked, vectors) ->
                  vectors.keySet().stream()
                      .filter(wanted::contains)
                      .map(key -> new Missing(key, parts.provider().count(asked.get(key))))
                      .forEach(text -> found.put(text.key(), text)));
      for (Optional<List<Missing>> chunk = texts.next();
          chunk.isPresent() && !found.containsKey(line.getLast());
          chunk = texts.next()) {
        calls.endIfStopped();
        chunk.get().forEach(text -> found.put(text.key(), text));
        found.keySet().retainAll(wanted);
      }
    }
    Optional<Missing> last =
        line.reversed().stream().filter(found::containsKey).findFirst().map(found::get);
    return last.orElseThrow(
        () ->
            new Hopeless(
                Hopeless.Reason.PARAMETER,
                "its results do not prove the order or the encoding of vectors, and the input has"
                    + " none of their texts any more to compare; use the earlier input"));
  }

  private Vector embedAlone(CountedText text, String what, Allowance allowance)
      throws Hopeless, InterruptedException, Stopped {
    allowance.take(List.of(text));
    try {
      EmbeddingProvider numbers = parts.provider().inNumbers();
      Embeddings alone =
          calls.makePatiently(
              parts.pipeline().timeout(), () -> numbers.embed(new EmbeddingRequest(List.of(text))));
      return alone.vectors().getFirst();
    } catch (ProviderException e) {
      throw failure(what, e);
    }
  }

  private String differs(Set<Doubt> doubts) {
    String provider = parts.api().spec().provider();
    return doubts.contains(Doubt.ORDER)
        ? provider
            + ": its results do not number the vectors, and a text got another vector alone than"
            + " among other texts, so the order of vectors is unknown; set "
            + Parameter.TEXTS_PER_REQUEST
            + " 1, or check the server"
        : provider
            + ": its vectors in base64 differ from those as numbers, so those of jobs cannot be"
            + " read; embed in calls, or check the server";
  }

  /** What the limit of tokens leaves for the calls that prove the results of an ended job. */
  Allowance allowanceOf(LaneJob job, Job seen) {
    long others = store.book().charged() - job.most();
    return Allowance.of(options.limit(), others + seen.tokens().orElse(job.tokens()), parts);
  }

  private static RunFailed failure(String what, ProviderException e) throws Stopped {
    if (e instanceof Unsent) {
      throw new Stopped();
    }
    return JobCalls.failure(what, e, e.attempts());
  }
}
