package dev.embedctl.io.input;

import java.io.IOException;
import java.io.Reader;

/**
 * Keeps the characters that a CSV parser was handed, from the row at hand on, so that a row the
 * parser cannot read can be told as it stood. Of a row longer than its bound it keeps the head.
 */
final class RawRows extends Reader {
  /** What is kept of a row; rows that are read without trouble may be longer. */
  static final int MAX_CHARS = 1 << 20;

  private static final int HEAD_CHARS = 200;

  /**
   * A row as it stood.
   *
   * @param line the line it begins on, from 1
   */
  record RawRow(long line, String text) {}

  private final Reader reader;
  private final StringBuilder kept = new StringBuilder();

  /** The line on which what is kept begins. */
  private long keptLine = 1;

  /** The line from which on it is wanted. */
  private long wantedLine = 1;

  /** The head of a wanted row of which the rest was too much; else empty. */
  private String head = "";

  /** Whether what was dropped last ended in the first half of a CRLF, perhaps. */
  private boolean afterCr;

  RawRows(Reader reader) {
    this.reader = reader;
  }

  /** What stands before this line is wanted no more. */
  void rowBegins(long line) {
    wantedLine = line;
    head = "";
  }

  /** The row at hand, without the empty lines before it, up to the end of this line. */
  RawRow rowUpTo(long lastLine) {
    dropLinesBefore(wantedLine);
    if (!head.isEmpty()) {
      return new RawRow(wantedLine, head + "…");
    }
    long line = keptLine;
    int start = 0;
    while (line < lastLine && endOfLine(start) == start) {
      start = afterBreak(start);
      line++;
    }
    int end = endOfLine(start);
    for (long at = line; at < lastLine && end < kept.length(); at++) {
      end = endOfLine(afterBreak(end));
    }
    return new RawRow(line, kept.substring(start, end));
  }

  @Override
  public int read(char[] chars, int offset, int length) throws IOException {
    dropLinesBefore(wantedLine);
    if (kept.length() > MAX_CHARS) {
      head = head.isEmpty() ? kept.substring(0, HEAD_CHARS) : head;
      dropLinesBefore(Long.MAX_VALUE);
    }
    int read = reader.read(chars, offset, length);
    if (read > 0) {
      boolean restOfBreak = afterCr && chars[offset] == '\n';
      kept.append(chars, restOfBreak ? offset + 1 : offset, restOfBreak ? read - 1 : read);
      afterCr = false;
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private void dropLinesBefore(long line) {
    int start = 0;
    while (keptLine < line && start < kept.length()) {
      int end = endOfLine(start);
      if (end == kept.length()) {
        start = end; // the line goes on in what is read next
      } else {
        start = afterBreak(end);
        keptLine++;
      }
    }
    if (start > 0) {
      afterCr = start == kept.length() && kept.charAt(start - 1) == '\r';
      kept.delete(0, start);
    }
  }

  /** Where the next line break stands, or the end of what is kept. */
  private int endOfLine(int from) {
    int at = from;
    while (at < kept.length() && kept.charAt(at) != '\n' && kept.charAt(at) != '\r') {
      at++;
    }
    return at;
  }

  /** Where the line after a line break begins: CR, LF and CRLF are one each, as for the parser. */
  private int afterBreak(int lineBreak) {
    boolean two =
        kept.charAt(lineBreak) == '\r'
            && lineBreak + 1 < kept.length()
            && kept.charAt(lineBreak + 1) == '\n';
    return lineBreak + (two ? 2 : 1);
  }
}
