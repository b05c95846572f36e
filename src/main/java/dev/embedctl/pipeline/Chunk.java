package dev.embedctl.pipeline;

import dev.embedctl.model.InputRecord;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Records that are looked up and written together. Whole when it waits for no text any more. */
final class Chunk {
  private final int number;
  private final long start = System.nanoTime();
  private final List<InputRecord> records;
  private final List<Entry> entries;
  private final long weight;
  private final AtomicInteger awaited = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private long queuedAt = start;
  private int duplicates;
  private int truncated;

  Chunk(int number, List<InputRecord> records, long weight) {
    this.number = number;
    this.records = records;
    this.entries = new ArrayList<>(records.size());
    this.weight = weight;
  }

  List<InputRecord> records() {
    return records;
  }

  /** Bytes it takes with all its vectors, about. */
  long weight() {
    return weight;
  }

  /** The next record's place. */
  void add(Entry entry) {
    entries.add(entry);
  }

  void countDuplicate() {
    duplicates++;
  }

  void countTruncated() {
    truncated++;
  }

  /** Its misses wait for a call from now on; the {@link MissQueue}'s lock guards it. */
  void queued() {
    queuedAt = System.nanoTime();
  }

  /** How long they have waited. */
  Duration sinceQueued() {
    return Duration.ofNanos(System.nanoTime() - queuedAt);
  }

  void waitForOneMore() {
    awaited.incrementAndGet();
  }

  void promiseKept() {
    awaited.decrementAndGet();
  }

  boolean isWhole() {
    return awaited.get() == 0;
  }

  /** Calls were made for a request that began with a text of this chunk. */
  void countCalls(int made) {
    calls.addAndGet(made);
  }

  /** What became of its records; only once it is whole. */
  List<Result> results() {
    List<Result> results = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      Entry entry = entries.get(i);
      results.add(new Result(records.get(i), entry.outcome(), entry.latency()));
    }
    return results;
  }

  ChunkWritten written(List<Result> results) {
    return new ChunkWritten(
        number,
        results,
        duplicates,
        truncated,
        calls.get(),
        Duration.ofNanos(System.nanoTime() - start));
  }
}
