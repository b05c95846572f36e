package dev.embedctl.io.bytes;

import java.io.IOException;
import java.io.Reader;

/**
 * Splits characters into lines at LF and CRLF, or at CR if there is no LF. It keeps one line in
 * memory, and only the beginning of a line that is longer than the limit.
 */
public final class LineReader implements TextLines {
  /** The default limit of a line, far more than any model accepts. */
  public static final int DEFAULT_MAX_CHARS = 16 << 20;

  private static final int HEAD_CHARS = 200;
  private static final int FIRST_CHARS = 1 << 16;

  private final Reader reader;
  private final int maxChars;
  private char[] chars;
  private char lineBreak = '\n';
  private int start;
  private int end;
  private int next;
  private int limit;
  private long number;
  private boolean tooLong;
  private boolean ended;

  public LineReader(Reader reader, int maxChars) {
    this.reader = reader;
    this.maxChars = maxChars;
    this.chars = new char[Math.min(FIRST_CHARS, maxChars + 2)];
  }

  /** Advances to the next line; false at the end. */
  @Override
  public boolean advance() throws IOException {
    tooLong = false;
    start = next;
    int scanned = next;
    while (true) {
      for (int i = scanned; i < limit; i++) {
        if (chars[i] == lineBreak) {
          return lineTo(i > start && chars[i - 1] == '\r' && lineBreak == '\n' ? i - 1 : i, i + 1);
        }
      }
      // Two more than the limit, for a line break of two characters.
      boolean tooLong = limit - start >= maxChars + 2;
      if ((ended || tooLong) && breaksAtCr()) {
        lineBreak = '\r';
        scanned = start;
        continue;
      }
      if (ended) {
        return limit > start && lineTo(limit, limit);
      }
      if (tooLong) {
        return skipRest();
      }
      makeRoom();
      scanned = limit;
      fill(limit);
    }
  }

  /** Whether the file probably comes from a system that ended lines with CR. */
  private boolean breaksAtCr() {
    if (number > 0 || lineBreak == '\r') {
      return false;
    }
    for (int i = start; i < limit - 1; i++) {
      if (chars[i] == '\r') {
        return true;
      }
    }
    return false;
  }

  /** The number of the line, from 1. */
  @Override
  public long number() {
    return number;
  }

  @Override
  public long reached() {
    return number + 1;
  }

  /** Whether the line is longer than the limit, so that only its beginning is available. */
  @Override
  public boolean isTooLong() {
    return tooLong;
  }

  /** The array that contains the line, valid until the next call of {@link #advance}. */
  @Override
  public char[] chars() {
    return chars;
  }

  /** The start of the line in the array. */
  @Override
  public int start() {
    return start;
  }

  /** The number of characters, without the line break. */
  @Override
  public int length() {
    return end - start;
  }

  /** The line, or its beginning if it is too long. */
  @Override
  public String text() {
    return new String(chars, start, end - start);
  }

  @Override
  public int maxChars() {
    return maxChars;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private boolean lineTo(int lineEnd, int nextStart) {
    number++;
    end = lineEnd;
    next = nextStart;
    if (end - start > maxChars) {
      tooLong = true;
      end = start + head();
    }
    return true;
  }

  /** Skips the rest of a line that is too long; its beginning stays at the start of the array. */
  private boolean skipRest() throws IOException {
    int head = head();
    System.arraycopy(chars, start, chars, 0, head);
    while (true) {
      limit = head;
      fill(head);
      for (int i = head; i < limit; i++) {
        if (chars[i] == lineBreak) {
          return tooLong(head, i + 1);
        }
      }
      if (ended) {
        return tooLong(head, limit);
      }
    }
  }

  private boolean tooLong(int head, int nextStart) {
    number++;
    tooLong = true;
    start = 0;
    end = head;
    next = nextStart;
    return true;
  }

  private int head() {
    return Math.min(HEAD_CHARS, maxChars);
  }

  private void makeRoom() {
    int held = limit - start;
    if (held == chars.length) {
      int more = (int) Math.min(2L * chars.length, maxChars + 2L);
      char[] larger = new char[more];
      System.arraycopy(chars, start, larger, 0, held);
      chars = larger;
    } else {
      System.arraycopy(chars, start, chars, 0, held);
    }
    start = 0;
    limit = held;
  }

  private void fill(int at) throws IOException {
    int read = reader.read(chars, at, chars.length - at);
    if (read < 0) {
      ended = true;
    } else {
      limit = at + read;
    }
  }
}
