package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.MissCheck.Verdict;
import dev.embedctl.pipeline.PipelineEvent.CacheReadFailed;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads an input as a run does, and finds the texts that a run would send, in their order. Nothing
 * is sent or stored, and memory does not grow with the input.
 */
public final class MissingTexts {
  private final RecordSource source;
  private final VectorCache cache;
  private final ChunkReader chunks;
  private final TextCounts counts;
  private final CacheKeys keys;
  private final MissCheck misses;
  private final OnError onError;
  private final Hits hits;
  private long records;

  /** Receives the texts that are in the cache. */
  @FunctionalInterface
  public interface Hits {
    /**
     * Vectors were found.
     *
     * @param texts at least the texts of the vectors, by the same keys
     */
    void found(Map<CacheKey, String> texts, Map<CacheKey, Vector> vectors) throws IOException;
  }

  /** The missing texts of a source, which is not closed. */
  public MissingTexts(
      RecordSource source, VectorCache cache, EmbeddingProvider provider, PipelineOptions options) {
    this(source, cache, provider, options, (texts, vectors) -> {});
  }

  /** The same, for those who want the other texts too. */
  public MissingTexts(
      RecordSource source,
      VectorCache cache,
      EmbeddingProvider provider,
      PipelineOptions options,
      Hits hits) {
    this.hits = hits;
    this.source = source;
    this.cache = cache;
    this.chunks = new ChunkReader(source, options);
    this.counts = new TextCounts(provider);
    this.keys = new CacheKeys(provider.spec(), counts::isWhole);
    this.misses = new MissCheck(provider, counts, options.onMiss());
    this.onError = options.onError();
  }

  /** A text that is not in the cache, or a part of one that is averaged. */
  public record Missing(CacheKey key, CountedText text) {
    public Missing {
      Objects.requireNonNull(key);
      Objects.requireNonNull(text);
    }
  }

  /** The number of records that were read. */
  public long records() {
    return records;
  }

  /**
   * The distinct missing texts of the next records; empty at the end of the input.
   *
   * @throws InvalidInput in fail mode, if the text of a record cannot be embedded
   */
  public Optional<List<Missing>> next() {
    List<InputRecord> chunk = read();
    if (chunk.isEmpty()) {
      return Optional.empty();
    }
    records += chunk.size();
    Map<CacheKey, Wanted> wanted = new LinkedHashMap<>();
    for (InputRecord record : chunk) {
      switch (record.text()) {
        case Text.Valid(String text) ->
            wanted.putIfAbsent(keys.keyOf(text), new Wanted(record, text));
        case Text.Invalid(FailureCode code, String message) -> refuse(record, code, message);
      }
    }
    List<Missing> missing = new ArrayList<>();
    Map<CacheKey, Wanted> windows = new LinkedHashMap<>();
    withoutCached(wanted).forEach((key, text) -> judge(key, text, missing, windows));
    withoutCached(windows).forEach((key, text) -> judge(key, text, missing, windows));
    counts.clear();
    return Optional.of(missing);
  }

  /** A text and the first record that has it. */
  private record Wanted(InputRecord record, String text) {}

  private List<InputRecord> read() {
    try {
      return chunks.next();
    } catch (IOException e) {
      throw new RunFailed("cannot read " + source.name() + ": " + e.getMessage(), e);
    }
  }

  private Map<CacheKey, Wanted> withoutCached(Map<CacheKey, Wanted> wanted) {
    Map<CacheKey, String> asked = LinkedHashMap.newLinkedHashMap(wanted.size());
    wanted.forEach((key, text) -> asked.put(key, text.text()));
    Map<CacheKey, Wanted> rest = new LinkedHashMap<>(wanted);
    if (!asked.isEmpty()) {
      try {
        Map<CacheKey, Vector> found = keys.find(cache, asked);
        hits.found(asked, found);
        rest.keySet().removeAll(found.keySet());
      } catch (IOException e) {
        throw new CacheReadFailed(e).asRunFailed();
      }
    }
    return rest;
  }

  private void judge(
      CacheKey key, Wanted wanted, List<Missing> missing, Map<CacheKey, Wanted> windows) {
    switch (misses.of(wanted.text())) {
      case Verdict.Whole(CountedText counted) -> missing.add(new Missing(key, counted));
      case Verdict.Cut(CountedText counted) -> missing.add(new Missing(key, counted));
      case Verdict.Averaged(List<Window> parts) ->
          parts.forEach(
              part ->
                  windows.putIfAbsent(
                      keys.keyOf(part.text()), new Wanted(wanted.record(), part.text())));
      case Verdict.Unsendable(FailureCode code, String message) ->
          refuse(wanted.record(), code, message);
    }
  }

  /** In collect mode, the run that writes the output reports the record. */
  private void refuse(InputRecord record, FailureCode code, String message) {
    if (onError == OnError.FAIL) {
      String text = record.place() + ": " + message;
      throw code.inputIsAtFault() ? new InvalidInput(text) : new RunFailed(text);
    }
  }
}
