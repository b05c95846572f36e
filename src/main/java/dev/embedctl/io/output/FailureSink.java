package dev.embedctl.io.output;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.TextFailure;
import java.io.IOException;

/** Writes the texts of a run that failed, in the order given. */
public interface FailureSink extends AutoCloseable {

  /** The sink of a run that stops at its first failure: it gets none. */
  static FailureSink none() {
    return new FailureSink() {
      @Override
      public void write(InputRecord record, TextFailure failure) {
        throw new IllegalStateException("a run that stops at failures collects none");
      }

      @Override
      public void commit() {}

      @Override
      public void close() {}
    };
  }

  /** Writes one record and why it has no embedding. */
  void write(InputRecord record, TextFailure failure) throws IOException;

  /** Makes the file whole and final; where nothing failed there is none. */
  void commit() throws IOException;

  @Override
  void close() throws IOException;
}
