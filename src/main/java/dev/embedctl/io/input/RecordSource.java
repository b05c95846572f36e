package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the records of one input, in order, holding one at a time. */
public interface RecordSource extends AutoCloseable {

  /** What messages call the input: its path as given, or "standard input". */
  String name();

  /**
   * The next record, or empty at the end. A record that is no good comes as one whose text is
   * invalid, and reading goes on after it.
   *
   * @throws EmbedctlException.InvalidInput where the input cannot be read any further as what it
   *     claims to be (no header row, a compressed file cut short, an open quote at the end)
   * @throws EmbedctlException.RunFailed where the medium fails; both messages name file and line
   */
  Optional<InputRecord> next() throws IOException;

  /**
   * How much of the input was read, from 0 to 1; empty where nobody knows how long it is. A little
   * more may have been read than records were given. Any thread may ask.
   */
  default OptionalDouble shareRead() {
    return OptionalDouble.empty();
  }

  @Override
  void close() throws IOException;
}
