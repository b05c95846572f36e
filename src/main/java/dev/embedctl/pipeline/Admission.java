package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Text;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.Entry.Decided;
import dev.embedctl.pipeline.MissCheck.Verdict;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns records into a chunk: validates, looks up, joins texts that are on their way, and queues
 * the rest. Nothing of a chunk is queued before all of it was found valid. One thread uses it.
 */
final class Admission {
  /** Bytes that a vector on its way takes, about: 1,536 floats and its share of a reply. */
  static final int VECTOR_BYTES = 8 * 1024;

  private static final int RECORD_BYTES = 512;

  private final String sourceName;
  private final VectorCache cache;
  private final CacheKeys keys;
  private final MissCheck misses;
  private final MissQueue queue;
  private final PipelineOptions options;
  private final ErrorTally tally;
  private int chunks;

  Admission(
      String sourceName,
      EmbeddingProvider provider,
      VectorCache cache,
      MissQueue queue,
      PipelineOptions options,
      ErrorTally tally) {
    this.sourceName = sourceName;
    this.cache = cache;
    this.keys = new CacheKeys(provider.spec());
    this.misses = new MissCheck(provider, options.onMiss());
    this.queue = queue;
    this.options = options;
    this.tally = tally;
  }

  /**
   * The records' chunk, its misses queued.
   *
   * @throws InvalidInput in fail mode, where a record holds no text that can be embedded
   */
  Chunk admit(List<InputRecord> records) {
    Chunk chunk = new Chunk(chunks++, records, weightOf(records));
    List<Optional<CacheKey>> keysOf = records.stream().map(this::keyOf).toList();
    Map<CacheKey, Entry> known = new HashMap<>();
    Set<CacheKey> asked = new HashSet<>();
    keysOf.stream()
        .flatMap(Optional::stream)
        .distinct()
        .forEach(
            key ->
                queue
                    .join(key, chunk)
                    .ifPresentOrElse(promise -> known.put(key, promise), () -> asked.add(key)));
    known.putAll(lookup(asked));
    queue.add(fill(chunk, keysOf, known), chunk);
    return chunk;
  }

  private Optional<CacheKey> keyOf(InputRecord record) {
    return switch (record.text()) {
      case Text.Valid text -> Optional.of(keys.keyOf(text.value()));
      case Text.Invalid invalid -> {
        if (options.onError() == OnError.FAIL) {
          throw invalid(record, invalid.message());
        }
        yield Optional.empty();
      }
    };
  }

  private Map<CacheKey, Entry> lookup(Set<CacheKey> asked) {
    long start = System.nanoTime();
    Map<CacheKey, Vector> found;
    try {
      found = cache.lookup(List.copyOf(asked));
    } catch (IOException e) {
      throw new RunFailed("the cache cannot be read: " + e.getMessage(), e);
    }
    Duration each = Duration.ofNanos((System.nanoTime() - start) / Math.max(1, asked.size()));
    Map<CacheKey, Entry> hits = HashMap.newHashMap(found.size());
    tally.succeeded(found.size());
    found.forEach((key, vector) -> hits.put(key, new Decided(new Outcome.Hit(vector), each)));
    return hits;
  }

  /** Gives each record its place; returns the promises that the chunk is the first to need. */
  private List<TextPromise> fill(
      Chunk chunk, List<Optional<CacheKey>> keysOf, Map<CacheKey, Entry> known) {
    List<TextPromise> first = new ArrayList<>();
    for (int i = 0; i < keysOf.size(); i++) {
      InputRecord record = chunk.records().get(i);
      switch (record.text()) {
        case Text.Invalid invalid -> chunk.add(failed(invalid.code(), invalid.message()));
        case Text.Valid text -> {
          CacheKey key = keysOf.get(i).orElseThrow();
          Entry entry = known.get(key);
          if (entry instanceof TextPromise) {
            chunk.countDuplicate();
          } else if (entry == null) {
            entry = missed(chunk, record, key, text.value());
            known.put(key, entry);
            if (entry instanceof TextPromise promise) {
              first.add(promise);
            }
          }
          chunk.add(entry);
        }
      }
    }
    return first;
  }

  private Entry missed(Chunk chunk, InputRecord record, CacheKey key, String text) {
    return switch (misses.of(text)) {
      case Verdict.Whole(int tokens) -> new TextPromise(key, text, tokens, record);
      case Verdict.Cut(int tokens) -> {
        chunk.countTruncated();
        yield new TextPromise(key, text, tokens, record);
      }
      case Verdict.Unsendable(FailureCode code, String message) -> {
        if (options.onError() == OnError.FAIL) {
          throw code.inputIsAtFault()
              ? invalid(record, message)
              : new RunFailed(sourceName + ":" + record.line() + ": " + message);
        }
        yield failed(code, message);
      }
    };
  }

  private InvalidInput invalid(InputRecord record, String message) {
    return new InvalidInput(sourceName + ":" + record.line() + ": " + message);
  }

  private Entry failed(FailureCode code, String message) {
    tally.failed(1, message);
    return new Decided(new Outcome.Failed(new TextFailure(code, message, 0)), Duration.ZERO);
  }

  private static long weightOf(List<InputRecord> records) {
    long weight = 0;
    for (InputRecord record : records) {
      int text = record.text() instanceof Text.Valid(String value) ? value.length() : 0;
      weight += RECORD_BYTES + VECTOR_BYTES + 4L * text;
    }
    return weight;
  }
}
