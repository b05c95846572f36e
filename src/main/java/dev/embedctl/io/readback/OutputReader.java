package dev.embedctl.io.readback;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads an output row by row, in the order of the file. It also accepts files that other tools
 * rewrote, as long as the rows are the same.
 */
public interface OutputReader extends AutoCloseable {

  /** The output's name in messages: its path as given. */
  String name();

  /**
   * The next row; empty at the end. An invalid row is returned as a broken one, and reading
   * continues after it.
   *
   * @throws EmbedctlException.InvalidInput if the rest of the output cannot be read (a truncated
   *     compressed file, an array with fewer rows than its header says)
   * @throws EmbedctlException.RunFailed if the disk fails; both messages name file and line
   */
  Optional<OutputRow> next() throws IOException;

  /**
   * The metadata of the row that was read last, as a JSON object; empty if it has none. Valid until
   * the next row is read.
   */
  Optional<String> metadata();

  /**
   * Skips rows, whose vectors are not looked at. At the end of the output, it skips as many as
   * there are.
   */
  void skip(long rows) throws IOException;

  @Override
  void close() throws IOException;
}
