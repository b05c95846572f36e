package dev.embedctl.io.output;

import dev.embedctl.model.Outcome.Failed;

/**
 * Writes the texts of a run that failed, in the order given. What cannot be written ends the run: a
 * {@link dev.embedctl.model.EmbedctlException} says where.
 */
public interface FailureSink extends AutoCloseable {

  /** The sink of a run that stops at its first failure: it gets none. */
  static FailureSink none() {
    return new FailureSink() {
      @Override
      public void write(Failed failed) {
        throw new IllegalStateException("a run that stops at failures collects none");
      }

      @Override
      public void commit() {}

      @Override
      public void close() {}
    };
  }

  /** Writes one record and why it has no embedding. */
  void write(Failed failed);

  /** Makes the file whole and final; where nothing failed there is none. */
  void commit();

  @Override
  void close();
}
