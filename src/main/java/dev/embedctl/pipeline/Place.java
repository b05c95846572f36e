package dev.embedctl.pipeline;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import java.time.Duration;

/** Where a text's vector is needed. */
sealed interface Place {

  /** The record whose text it is, or whose text it is a window of. */
  InputRecord record();

  /** The chunk of the record. */
  Chunk chunk();

  /** The vector was in the cache. */
  void hit(Vector vector, Duration took);

  /** The provider returned the vector. */
  void fresh(Vector vector, Duration took);

  /** There is no vector. */
  void fail(TextFailure failure, Duration took);

  /** A record's place in its chunk. */
  record OfRecord(Chunk chunk, int index) implements Place {
    @Override
    public InputRecord record() {
      return chunk.records().get(index);
    }

    @Override
    public void hit(Vector vector, Duration took) {
      chunk.put(index, new Outcome.Hit(record(), vector, took));
    }

    @Override
    public void fresh(Vector vector, Duration took) {
      chunk.put(index, new Outcome.Fresh(record(), vector, took));
    }

    @Override
    public void fail(TextFailure failure, Duration took) {
      chunk.put(index, new Outcome.Failed(record(), failure, took));
    }
  }

  /** What is made of the windows of a long text. */
  @FunctionalInterface
  interface Windows {
    /** Puts the outcome of a window, once. */
    void put(int index, Outcome outcome);
  }

  /** A window's place among those of a long text. */
  record OfWindow(OfRecord text, int index, Windows windows) implements Place {
    @Override
    public InputRecord record() {
      return text.record();
    }

    @Override
    public Chunk chunk() {
      return text.chunk();
    }

    @Override
    public void hit(Vector vector, Duration took) {
      windows.put(index, new Outcome.Hit(record(), vector, took));
    }

    @Override
    public void fresh(Vector vector, Duration took) {
      windows.put(index, new Outcome.Fresh(record(), vector, took));
    }

    @Override
    public void fail(TextFailure failure, Duration took) {
      windows.put(index, new Outcome.Failed(record(), failure, took));
    }
  }
}
