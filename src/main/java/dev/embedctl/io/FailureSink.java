package dev.embedctl.io;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.TextFailure;
import java.io.IOException;

/** Writes the texts of a run that failed, in the order given. */
public interface FailureSink extends AutoCloseable {

  /** Writes one record and why it has no embedding. */
  void write(InputRecord record, TextFailure failure) throws IOException;

  /** Makes the file whole and final; where nothing failed there is none. */
  void commit() throws IOException;

  @Override
  void close() throws IOException;
}
