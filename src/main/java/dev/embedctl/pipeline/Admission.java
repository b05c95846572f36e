package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.VectorCache.Found;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Text;
import dev.embedctl.model.TextFailure;
import dev.embedctl.pipeline.MissCheck.Verdict;
import dev.embedctl.pipeline.PipelineEvent.CacheReadFailed;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns records into a chunk: validates them, looks their texts up in the cache, joins texts that
 * are already waiting or in flight, and queues the rest. Nothing of a chunk is queued before all of
 * its texts are valid. One thread uses it.
 */
final class Admission {
  private final VectorCache cache;
  private final DriftGuard guard;
  private final TextCounts counts;
  private final CacheKeys keys;
  private final MissCheck misses;
  private final MissQueue queue;
  private final PipelineOptions options;
  private final ErrorTally tally;
  private final ServerFaults faults;
  private final PipelineListener listener;
  private int chunks;

  Admission(
      EmbeddingProvider provider,
      VectorCache cache,
      DriftGuard guard,
      MissQueue queue,
      PipelineOptions options,
      ErrorTally tally,
      ServerFaults faults,
      PipelineListener listener) {
    this.cache = cache;
    this.guard = guard;
    this.counts = new TextCounts(provider);
    this.keys = new CacheKeys(provider.spec(), counts::isWhole);
    this.misses = new MissCheck(provider, counts, options.onMiss());
    this.queue = queue;
    this.options = options;
    this.tally = tally;
    this.faults = faults;
    this.listener = listener;
  }

  /** The keys by which texts are looked up. Any thread. */
  CacheKeys keys() {
    return keys;
  }

  /**
   * Makes the chunk of these records and queues its misses.
   *
   * @throws InvalidInput in fail mode, if the text of a record cannot be embedded
   */
  Chunk admit(KeyedRecords records) {
    Chunk chunk = new Chunk(chunks++, records.records(), records.weight(), this::settled);
    Filling filling = new Filling(chunk);
    filling.fill(textsOf(chunk, records.keys()));
    filling.fill(filling.windows());
    queue.add(filling.promises(), chunk);
    return chunk;
  }

  private void settled(Outcome outcome) {
    tally.count(outcome);
    queue.report(outcome.kind(), 1);
  }

  /** The texts of a chunk's records; a record without a text gets its outcome. */
  private List<WantedText> textsOf(Chunk chunk, List<CacheKey> keys) {
    List<WantedText> texts = new ArrayList<>(keys.size());
    for (int index = 0; index < chunk.records().size(); index++) {
      Place place = new Place.OfRecord(chunk, index);
      Text text = place.record().text();
      if (text instanceof Text.Valid(String value)) {
        texts.add(new WantedText(keys.get(texts.size()), value, place));
      } else if (text instanceof Text.Invalid invalid) {
        if (options.onError() == OnError.FAIL) {
          throw invalid(place.record(), invalid.message());
        }
        fail(place, new TextFailure(invalid.code(), invalid.message(), 0));
      }
    }
    return texts;
  }

  /** The vectors that were found, and the time for each. */
  private record Lookup(Found vectors, Duration each) {}

  private Lookup lookup(List<WantedText> asked) {
    long start = System.nanoTime();
    try {
      List<CacheKey> wanted = new ArrayList<>(asked.size());
      for (WantedText text : asked) {
        wanted.add(text.key());
      }
      Found vectors = keys.find(cache, wanted, position -> asked.get(position).text());
      faults.found(vectors.count());
      guard.found(asked, vectors);
      long took = System.nanoTime() - start;
      listener.on(new Took(Step.LOOK_UP, Duration.ofNanos(took)));
      return new Lookup(vectors, Duration.ofNanos(took / Math.max(1, asked.size())));
    } catch (IOException e) {
      CacheReadFailed failed = new CacheReadFailed(e);
      listener.on(failed);
      throw failed.asRunFailed();
    }
  }

  /** The outcomes and promises of one chunk's texts, as they are found. */
  private final class Filling {
    private final Chunk chunk;
    private final Map<CacheKey, TextPromise> promises = new LinkedHashMap<>();
    private final Map<CacheKey, TextFailure> unsendable = new HashMap<>();
    private final List<WindowMean> means = new ArrayList<>();

    /** Starts without any. */
    Filling(Chunk chunk) {
      this.chunk = chunk;
    }

    /** The promises that the chunk is the first to need, in their order. */
    Collection<TextPromise> promises() {
      return promises.values();
    }

    /** The windows of the long texts that were not found as a whole. */
    List<WantedText> windows() {
      List<WantedText> windows = new ArrayList<>();
      for (WindowMean mean : means) {
        for (int index = 0; index < mean.windows().size(); index++) {
          String text = mean.windows().get(index).text();
          windows.add(new WantedText(keys.keyOf(text), text, mean.placeOf(index)));
        }
      }
      return windows;
    }

    /** Gives texts their vectors that are in the cache, and promises the others. */
    void fill(List<WantedText> wanted) {
      if (wanted.isEmpty()) {
        return;
      }
      Set<CacheKey> joined = queue.join(wanted);
      List<WantedText> asked =
          joined.isEmpty()
              ? wanted
              : wanted.stream().filter(text -> !joined.contains(text.key())).toList();
      if (!joined.isEmpty()) {
        wanted.stream().filter(text -> joined.contains(text.key())).forEach(this::countJoined);
      }
      Lookup lookup = lookup(asked);
      int found = 0;
      for (int i = 0; i < asked.size(); i++) {
        if (lookup.vectors().has(i)) {
          found += asked.get(i).place().found(lookup.vectors().at(i), lookup.each());
        }
      }
      countFound(found);
      for (int i = 0; i < asked.size() && !lookup.vectors().isWhole(); i++) {
        if (!lookup.vectors().has(i)) {
          promise(asked.get(i));
        }
      }
      counts.free(wanted);
    }

    /** Counts records whose texts were found, all together. */
    private void countFound(int records) {
      if (records > 0) {
        chunk.countFound(records);
        tally.countFound(records);
        queue.report(Outcome.Kind.HIT, records);
      }
    }

    private void promise(WantedText text) {
      TextPromise promised = promises.get(text.key());
      TextFailure failure = unsendable.get(text.key());
      if (promised != null) {
        promised.awaitedAt(text.place());
        countJoined(text);
      } else if (failure != null) {
        fail(text.place(), failure);
      } else {
        missed(text);
      }
    }

    private void countJoined(WantedText text) {
      switch (text.place()) {
        case Place.OfRecord record -> chunk.countDuplicate();
        case Place.OfWindow window -> {}
      }
    }

    private void missed(WantedText text) {
      switch (misses.of(text.text())) {
        case Verdict.Whole(CountedText counted) -> send(text, counted);
        case Verdict.Cut(CountedText counted) -> {
          send(text, counted);
          chunk.countTruncated();
        }
        case Verdict.Averaged(List<Window> windows) -> average(text, windows);
        case Verdict.Unsendable(FailureCode code, String message) -> {
          TextFailure failure = unsendable(text.place().record(), code, message);
          unsendable.put(text.key(), failure);
          fail(text.place(), failure);
        }
      }
    }

    private void send(WantedText text, CountedText counted) {
      promises.put(text.key(), new TextPromise(text, counted));
      switch (text.place()) {
        case Place.OfRecord record -> {}
        case Place.OfWindow window -> chunk.countWindowSent();
      }
    }

    private void average(WantedText text, List<Window> windows) {
      switch (text.place()) {
        case Place.OfRecord record -> {
          means.add(new WindowMean(record, windows));
          chunk.countAveraged(windows.size());
        }
        case Place.OfWindow window ->
            throw new IllegalStateException("a window is not cut again: " + window);
      }
    }
  }

  private TextFailure unsendable(InputRecord record, FailureCode code, String message) {
    if (options.onError() == OnError.FAIL) {
      throw code.inputIsAtFault()
          ? invalid(record, message)
          : new RunFailed(record.place() + ": " + message);
    }
    return new TextFailure(code, message, 0);
  }

  private InvalidInput invalid(InputRecord record, String message) {
    return new InvalidInput(record.place() + ": " + message);
  }

  private void fail(Place place, TextFailure failure) {
    place.fail(failure, Duration.ZERO);
    tally.endIfTooMany();
  }
}
