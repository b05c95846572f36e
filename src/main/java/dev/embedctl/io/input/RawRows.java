package dev.embedctl.io.input;

import java.io.IOException;
import java.io.Reader;

/**
 * Keeps the characters that a CSV parser has read since the beginning of the current row, so that a
 * row that cannot be parsed can be reported unchanged. Of a row over the limit it keeps the
 * beginning.
 */
final class RawRows extends Reader {
  /** The characters that are kept of a row; a valid row may be longer. */
  static final int MAX_CHARS = 1 << 20;

  private static final int HEAD_CHARS = 200;

  /**
   * An unchanged row.
   *
   * @param line the line it begins on, from 1
   */
  record RawRow(long line, String text) {}

  private final Reader reader;
  private final StringBuilder kept = new StringBuilder();

  /** The line of the first kept character. */
  private long keptLine = 1;

  /** The first line that is needed. */
  private long wantedLine = 1;

  /** The beginning of a needed row that was too long; otherwise empty. */
  private String head = "";

  /** Whether the last dropped character may be the first half of a CRLF. */
  private boolean afterCr;

  RawRows(Reader reader) {
    this.reader = reader;
  }

  /** Lines before this one are no longer needed. */
  void rowBegins(long line) {
    wantedLine = line;
    head = "";
  }

  /** The current row, without the empty lines before it, up to the end of this line. */
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
        start = end; // the line continues in the next block
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

  /** The position of the next line break, or the end of the kept characters. */
  private int endOfLine(int from) {
    int at = from;
    while (at < kept.length() && kept.charAt(at) != '\n' && kept.charAt(at) != '\r') {
      at++;
    }
    return at;
  }

  /** The beginning of the next line: CR, LF and CRLF are one line break, as for the parser. */
  private int afterBreak(int lineBreak) {
    boolean two =
        kept.charAt(lineBreak) == '\r'
            && lineBreak + 1 < kept.length()
            && kept.charAt(lineBreak + 1) == '\n';
    return lineBreak + (two ? 2 : 1);
  }
}
