package dev.embedctl.io;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Vector;
import java.io.IOException;

/**
 * Writes the embeddings of a run, in the order given. A file bears its name only once it is whole:
 * {@link #commit} gives it the name, {@link #close} without it leaves what was there before.
 */
public interface RecordSink extends AutoCloseable {

  /** Where a record's vector was when it was asked for. */
  enum Provenance {
    CACHED,
    FRESH
  }

  /** Writes one record's embedding. */
  void write(InputRecord record, Vector vector, Provenance provenance) throws IOException;

  /** Hands over what is buffered, so that a reader sees it. */
  void flush() throws IOException;

  /** Makes the output whole and final. */
  void commit() throws IOException;

  @Override
  void close() throws IOException;
}
