package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the records of one input, in order, holding one at a time. */
public interface RecordSource extends AutoCloseable {

  /** The name of the input in messages: its path as given, or "standard input". */
  String name();

  /**
   * The next record, or empty at the end. A bad record is returned with an invalid text, and
   * reading continues after it.
   *
   * @throws EmbedctlException.InvalidInput if the input cannot be read further in its format (no
   *     header row, a truncated compressed file, an open quote at the end)
   * @throws EmbedctlException.RunFailed if the medium fails; both messages name file and line
   */
  Optional<InputRecord> next() throws IOException;

  /**
   * The share of the input that was read, from 0 to 1; empty if the length is unknown. It may
   * include data of records that were not returned yet. Thread-safe.
   */
  default OptionalDouble shareRead() {
    return OptionalDouble.empty();
  }

  @Override
  void close() throws IOException;
}
