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
import dev.embedctl.pipeline.MissCheck.Verdict;
import dev.embedctl.pipeline.PipelineEvent.CacheReadFailed;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    this.keys = new CacheKeys(provider.spec(), provider::takesWhole);
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
    Map<CacheKey, String> asked = HashMap.newHashMap(records.size());
    for (InputRecord record : records) {
      Optional<CacheKey> key = keyOf(record);
      if (record.text() instanceof Text.Valid(String text)) {
        asked.put(key.orElseThrow(), text);
      }
      keysOf.add(key);
    }
    Set<CacheKey> joined = queue.join(keysOf, chunk);
    asked.keySet().removeAll(joined);
    Filling filling = new Filling(chunk, joined, lookup(asked));
    for (int place = 0; place < records.size(); place++) {
      switch (records.get(place).text()) {
        case Text.Invalid text -> filling.invalid(place, text);
        case Text.Valid(String text) -> filling.valid(place, keysOf.get(place).orElseThrow(), text);
      }
    }
    queue.add(filling.promises(), chunk);
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

  private Found lookup(Map<CacheKey, String> asked) {
    long start = System.nanoTime();
    try {
      Map<CacheKey, Vector> vectors = keys.find(cache, asked);
      tally.succeeded(vectors.size());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      listener.on(new Took(Step.LOOK_UP, took));
      return new Found(vectors, took.dividedBy(Math.max(1, asked.size())));
    } catch (IOException e) {
      listener.on(new CacheReadFailed(e));
      throw new RunFailed("the cache cannot be read: " + e.getMessage(), e);
    }
  }

  /** The outcomes and promises of one chunk's records, as they are found. */
  private final class Filling {
    private final Chunk chunk;
    private final Set<CacheKey> joined;
    private final Found found;
    private final Map<CacheKey, TextPromise> promises = new LinkedHashMap<>();
    private final Map<CacheKey, TextFailure> unsendable = new HashMap<>();

    /**
     * Begins with none.
     *
     * @param joined keys of texts that were promised before
     */
    Filling(Chunk chunk, Set<CacheKey> joined, Found found) {
      this.chunk = chunk;
      this.joined = joined;
      this.found = found;
    }

    /** The promises that the chunk is the first to need, in their order. */
    Collection<TextPromise> promises() {
      return promises.values();
    }

    void invalid(int place, Text.Invalid text) {
      fail(place, failed(text.code(), text.message()));
    }

    void valid(int place, CacheKey key, String text) {
      Vector hit = found.vectors().get(key);
      if (hit != null) {
        chunk.put(place, new Outcome.Hit(chunk.records().get(place), hit, found.each()));
      } else if (joined.contains(key)) {
        chunk.countDuplicate();
      } else if (promises.containsKey(key)) {
        promises.get(key).awaitedAt(chunk, place);
        chunk.countDuplicate();
      } else if (unsendable.containsKey(key)) {
        fail(place, unsendable.get(key));
      } else {
        missed(place, key, text);
      }
    }

    private void missed(int place, CacheKey key, String text) {
      switch (misses.of(text)) {
        case Verdict.Whole(int tokens) ->
            promises.put(key, new TextPromise(key, text, tokens, chunk, place));
        case Verdict.Cut(int tokens) -> {
          promises.put(key, new TextPromise(key, text, tokens, chunk, place));
          chunk.countTruncated();
        }
        case Verdict.Unsendable(FailureCode code, String message) -> {
          TextFailure failure = unsendable(chunk.records().get(place), code, message);
          unsendable.put(key, failure);
          fail(place, failure);
        }
      }
    }

    private void fail(int place, TextFailure failure) {
      chunk.put(place, new Outcome.Failed(chunk.records().get(place), failure, Duration.ZERO));
    }
  }

  private TextFailure unsendable(InputRecord record, FailureCode code, String message) {
    if (options.onError() == OnError.FAIL) {
      throw code.inputIsAtFault()
          ? invalid(record, message)
          : new RunFailed(sourceName + ":" + record.line() + ": " + message);
    }
    return failed(code, message);
  }

  private InvalidInput invalid(InputRecord record, String message) {
    return new InvalidInput(sourceName + ":" + record.line() + ": " + message);
  }

  private TextFailure failed(FailureCode code, String message) {
    tally.failed(1, message);
    return new TextFailure(code, message, 0);
  }

  private static long weightOf(List<InputRecord> records) {
    long weight = 0;
    for (InputRecord record : records) {
      weight += RECORD_BYTES + PipelineOptions.VECTOR_BYTES;
      weight += 4L * record.textChars() + 2L * record.otherChars();
    }
    return weight;
  }
}
