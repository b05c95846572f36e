package dev.embedctl.pipeline;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.pipeline.PipelineEvent.Averaged;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Records that are looked up and written together. It is complete once each has its outcome. */
final class Chunk {
  private final int number;
  private final long start = System.nanoTime();
  private final List<InputRecord> records;
  // Each element is written once before the counter decreases, and read when it is zero.
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

  /** The approximate size in bytes, with all vectors. */
  long weight() {
    return weight;
  }

  /** Sets the outcome of the record at a place, once. */
  void put(int place, Outcome outcome) {
    outcomes[place] = outcome;
    counted.accept(outcome);
    awaited.decrementAndGet();
  }

  /** Sets the outcome of the record at a place, once; {@link #countFound} counts it. */
  void found(int place, Outcome.Hit hit) {
    outcomes[place] = hit;
  }

  /** Counts the outcomes of {@link #found} together. */
  void countFound(int records) {
    awaited.addAndGet(-records);
  }

  boolean isWhole() {
    return awaited.get() == 0;
  }

  /** The outcomes of its records; only once it is complete. */
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

  /** A window is sent, since it is not in the cache and no other text needed it before. */
  void countWindowSent() {
    windowsSent++;
  }

  /** Its misses wait for a call from now on; guarded by the lock of {@link MissQueue}. */
  void queued() {
    queuedAt = System.nanoTime();
  }

  /** The time since its misses were queued. */
  Duration sinceQueued() {
    return Duration.ofNanos(System.nanoTime() - queuedAt);
  }

  /** Counts calls for a request whose first text is of this chunk. */
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
