package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A text on its way to a vector, with all the chunks that wait for it. Its {@link MissQueue}'s lock
 * guards who waits.
 */
final class TextPromise implements Entry {
  private final CacheKey key;
  private final String text;
  private final int tokens;
  private final InputRecord record;
  private final List<Chunk> waiting = new ArrayList<>(1);
  // Written once, before the chunks that read them are told.
  private volatile Outcome outcome;
  private volatile Duration latency;

  /** The promise for the first record that has the text. */
  TextPromise(CacheKey key, String text, int tokens, InputRecord record) {
    this.key = key;
    this.text = text;
    this.tokens = tokens;
    this.record = record;
  }

  CacheKey key() {
    return key;
  }

  String text() {
    return text;
  }

  int tokens() {
    return tokens;
  }

  /** The first record that has the text. */
  InputRecord record() {
    return record;
  }

  /** The chunk of the first record that has the text. */
  Chunk chunk() {
    return waiting.get(0);
  }

  /** One more chunk waits; a chunk that waits already is not counted again. */
  void awaitedBy(Chunk chunk) {
    if (!waiting.contains(chunk)) {
      waiting.add(chunk);
      chunk.waitForOneMore();
    }
  }

  /** Keeps it, and tells the chunks that wait for it. */
  void keep(Outcome found, Duration took) {
    outcome = found;
    latency = took;
    waiting.forEach(Chunk::promiseKept);
  }

  @Override
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public Duration latency() {
    return latency;
  }
}
