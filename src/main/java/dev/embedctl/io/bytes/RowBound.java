package dev.embedctl.io.bytes;

import java.io.IOException;
import java.io.Reader;

/**
 * Limits the length of a CSV row, since an unclosed quote would turn the rest of the file into one
 * cell.
 */
public final class RowBound extends Reader {

  /** A row is longer than the limit. */
  public static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("a row is too long");
    }
  }

  private final Reader reader;
  private final int maxChars;
  private long charsOfRow;

  public RowBound(Reader reader, int maxChars) {
    this.reader = reader;
    this.maxChars = maxChars;
  }

  /**
   * Restarts the count. Characters that the parser read ahead count for the previous row, which
   * does no harm.
   */
  public void rowBegins() {
    charsOfRow = 0;
  }

  public int maxChars() {
    return maxChars;
  }

  @Override
  public int read(char[] chars, int offset, int length) throws IOException {
    if (charsOfRow > maxChars) {
      throw new Exceeded();
    }
    int read = reader.read(chars, offset, length);
    charsOfRow += Math.max(read, 0);
    return read;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
