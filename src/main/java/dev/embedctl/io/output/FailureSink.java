package dev.embedctl.io.output;

import dev.embedctl.model.Outcome.Failed;

/**
 * Writes the failed texts of a run, in order. A write error ends the run with a {@link
 * dev.embedctl.model.EmbedctlException} that names the file.
 */
public interface FailureSink extends AutoCloseable {

  /** The sink of a run that stops at its first failure, which must never receive one. */
  static FailureSink none() {
    return new FailureSink() {
      @Override
      public void write(Failed failed) {
        throw new IllegalStateException("a run that stops at its first failure collects none");
      }

      @Override
      public void commit() {}

      @Override
      public void close() {}
    };
  }

  /** Writes one record and the reason why it has no embedding. */
  void write(Failed failed);

  /** Completes the file; without a failure there is no file. */
  void commit();

  @Override
  void close();
}
