package dev.embedctl.pipeline;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import java.time.Duration;

/** A place that needs the vector of a text. */
sealed interface Place {

  /** The record of the text, or of the long text that the window is a part of. */
  InputRecord record();

  /** The chunk of the record. */
  Chunk chunk();

  /** Sets the outcome of the text, once. */
  void put(Outcome outcome);

  /**
   * The vector was found when the texts of the chunk were looked up. Returns the number of records
   * that have their outcome by this: the caller counts those of a chunk together.
   */
  int found(Vector vector, Duration took);

  /** The vector was in the cache after all. */
  default void hit(Vector vector, Duration took) {
    put(new Outcome.Hit(record(), vector, took));
  }

  /** The provider returned the vector. */
  default void fresh(Vector vector, Duration took) {
    put(new Outcome.Fresh(record(), vector, took));
  }

  /** There is no vector. */
  default void fail(TextFailure failure, Duration took) {
    put(new Outcome.Failed(record(), failure, took));
  }

  /** A record's place in its chunk. */
  record OfRecord(Chunk chunk, int index) implements Place {
    @Override
    public InputRecord record() {
      return chunk.records().get(index);
    }

    @Override
    public int found(Vector vector, Duration took) {
      chunk.found(index, new Outcome.Hit(record(), vector, took));
      return 1;
    }

    @Override
    public void put(Outcome outcome) {
      chunk.put(index, outcome);
    }
  }

  /** Collects the outcomes of the windows of a long text. */
  @FunctionalInterface
  interface Windows {
    /** Sets the outcome of a window, once. */
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

    /** Its long text is counted once all of its windows have their vectors. */
    @Override
    public int found(Vector vector, Duration took) {
      hit(vector, took);
      return 0;
    }

    @Override
    public void put(Outcome outcome) {
      windows.put(index, outcome);
    }
  }
}
