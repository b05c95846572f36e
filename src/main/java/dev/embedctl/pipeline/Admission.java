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
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
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
  private static final int RECORD_BYTES = 512;

  private final String sourceName;
  private final VectorCache cache;
  private final CacheKeys keys;
  private final MissCheck misses;
  private final MissQueue queue;
  private final PipelineOptions options;
  private final ErrorTally tally;
  private final PipelineListener listener;
  private int chunks;

  Admission(
      String sourceName,
      EmbeddingProvider provider,
      VectorCache cache,
      MissQueue queue,
      PipelineOptions options,
      ErrorTally tally,
      PipelineListener listener) {
    this.sourceName = sourceName;
    this.cache = cache;
    this.keys = new CacheKeys(provider.spec());
    this.misses = new MissCheck(provider, options.onMiss());
    this.queue = queue;
    this.options = options;
    this.tally = tally;
    this.listener = listener;
  }

  /**
   * The records' chunk, its misses queued.
   *
   * @throws InvalidInput in fail mode, where a record holds no text that can be embedded
   */
  Chunk admit(List<InputRecord> records) {
    Chunk chunk = new Chunk(chunks++, records, weightOf(records));
    List<Optional<CacheKey>> keysOf = new ArrayList<>(records.size());
    Set<CacheKey> asked = HashSet.newHashSet(records.size());
    for (InputRecord record : records) {
      Optional<CacheKey> key = keyOf(record);
      key.ifPresent(asked::add);
      keysOf.add(key);
    }
    Map<CacheKey, Entry> onTheirWay = new HashMap<>(queue.join(asked, chunk));
    asked.removeAll(onTheirWay.keySet());
    queue.add(fill(chunk, keysOf, onTheirWay, lookup(asked)), chunk);
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

  /** Vectors that were found, and how long one took. */
  private record Found(Map<CacheKey, Vector> vectors, Duration each) {}

  private Found lookup(Set<CacheKey> asked) {
    long start = System.nanoTime();
    try {
      Map<CacheKey, Vector> vectors = cache.lookup(List.copyOf(asked));
      tally.succeeded(vectors.size());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      listener.on(new Took(Step.LOOK_UP, took));
      return new Found(vectors, took.dividedBy(Math.max(1, asked.size())));
    } catch (IOException e) {
      throw new RunFailed("the cache cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Gives each record its place; returns the promises that the chunk is the first to need.
   *
   * @param known what is promised, and what became of texts of this chunk that are not in the cache
   */
  private List<TextPromise> fill(
      Chunk chunk, List<Optional<CacheKey>> keysOf, Map<CacheKey, Entry> known, Found found) {
    List<TextPromise> first = new ArrayList<>();
    for (int i = 0; i < keysOf.size(); i++) {
      InputRecord record = chunk.records().get(i);
      switch (record.text()) {
        case Text.Invalid invalid -> chunk.add(failed(invalid.code(), invalid.message()));
        case Text.Valid text -> {
          CacheKey key = keysOf.get(i).orElseThrow();
          Vector hit = found.vectors().get(key);
          Entry entry =
              hit == null ? known.get(key) : new Decided(new Outcome.Hit(hit), found.each());
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
      weight += RECORD_BYTES + PipelineOptions.VECTOR_BYTES + 4L * text;
    }
    return weight;
  }
}
