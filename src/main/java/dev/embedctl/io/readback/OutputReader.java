package dev.embedctl.io.readback;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads back what a run wrote, a row at a time, in the order of the file: one reader a format. It
 * reads what other tools made of the file too, as far as it is still the same rows.
 */
public interface OutputReader extends AutoCloseable {

  /** What messages call the output: its path as given. */
  String name();

  /**
   * The next row, or empty at the end. A row that is no good comes as a broken one, and reading
   * goes on after it.
   *
   * @throws EmbedctlException.InvalidInput where the output cannot be read any further as what it
   *     claims to be (a compressed file cut short, an array with fewer rows than its header says)
   * @throws EmbedctlException.RunFailed where the medium fails; both messages name file and line
   */
  Optional<OutputRow> next() throws IOException;

  @Override
  void close() throws IOException;
}
