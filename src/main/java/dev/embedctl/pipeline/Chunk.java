package dev.embedctl.pipeline;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.pipeline.PipelineEvent.Averaged;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Records that are looked up and written together. Whole once each of them has its outcome. */
final class Chunk {
  private final int number;
  private final long start = System.nanoTime();
  private final List<InputRecord> records;
  // Each place is written once, before the counter falls by one, and read when it is at zero.
  private final Outcome[] outcomes;
  private final AtomicInteger awaited;
  private final long weight;
  private final Consumer<Outcome> counted;
  private final AtomicInteger calls = new AtomicInteger();
  private long queuedAt = start;
  private int duplicates;
  private int truncated;
  private int averaged;
  private int windows;
  private int windowsSent;

  /**
   * A chunk that waits for the outcomes of its records.
   *
   * @param counted gets each outcome, under whatever lock it is put
   */
  Chunk(int number, List<InputRecord> records, long weight, Consumer<Outcome> counted) {
    this.number = number;
    this.records = records;
    this.outcomes = new Outcome[records.size()];
    this.awaited = new AtomicInteger(records.size());
    this.weight = weight;
    this.counted = counted;
  }

  List<InputRecord> records() {
    return records;
  }

  /** Bytes it takes with all its vectors, about. */
  long weight() {
    return weight;
  }

  /** Puts the outcome of the record at a place, once. */
  void put(int place, Outcome outcome) {
    outcomes[place] = outcome;
    counted.accept(outcome);
    awaited.decrementAndGet();
  }

  boolean isWhole() {
    return awaited.get() == 0;
  }

  /** What became of its records; only once it is whole. */
  List<Outcome> outcomes() {
    return List.of(outcomes);
  }

  void countDuplicate() {
    duplicates++;
  }

  void countTruncated() {
    truncated++;
  }

  /** A text was cut into this number of windows. */
  void countAveraged(int windowsOfText) {
    averaged++;
    windows += windowsOfText;
  }

  /** A window is not in the cache, and no other text needed it before. */
  void countWindowSent() {
    windowsSent++;
  }

  /** Its misses wait for a call from now on; the {@link MissQueue}'s lock guards it. */
  void queued() {
    queuedAt = System.nanoTime();
  }

  /** How long they have waited. */
  Duration sinceQueued() {
    return Duration.ofNanos(System.nanoTime() - queuedAt);
  }

  /** Calls were made for a request that began with a text of this chunk. */
  void countCalls(int made) {
    calls.addAndGet(made);
  }

  ChunkWritten written(List<Outcome> outcomes) {
    return new ChunkWritten(
        number,
        outcomes,
        duplicates,
        truncated,
        new Averaged(averaged, windows, windowsSent),
        calls.get(),
        Duration.ofNanos(System.nanoTime() - start));
  }
}
