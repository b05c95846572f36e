package dev.embedctl.io.input;

import dev.embedctl.io.bytes.DamagedInput;
import dev.embedctl.io.bytes.TextLines;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/**
 * Splits JSON arrays, one or several in a row, into their elements. It keeps one element in memory,
 * and only the beginning of one that is longer than the limit. White space between the tokens of an
 * element becomes spaces, so that an element can be copied to a line.
 */
final class JsonElements implements TextLines {
  private static final int BLOCK_CHARS = 1 << 16;
  private static final int FIRST_CHARS = 1 << 12;
  private static final int HEAD_CHARS = 200;
  private static final int END = -1;

  private final Reader reader;
  private final int maxChars;
  private final char[] block = new char[BLOCK_CHARS];
  private int position;
  private int limit;
  private char[] element = new char[FIRST_CHARS];
  private int length;
  private boolean tooLong;
  private long line = 1;
  private long number;
  private State state = State.OUTSIDE;

  /** Where the last read character is. */
  private enum State {
    OUTSIDE,
    AFTER_COMMA
  }

  JsonElements(Reader reader, int maxChars) {
    this.reader = reader;
    this.maxChars = maxChars;
  }

  /**
   * Advances to the next element.
   *
   * @throws DamagedInput if the arrays cannot be split any further
   */
  @Override
  public boolean advance() throws IOException {
    int c = skipBlanks();
    while (state == State.OUTSIDE) {
      if (c == END) {
        return false;
      }
      if (c != '[') {
        throw new DamagedInput("the JSON array has ended, and '" + (char) c + "' follows");
      }
      c = skipBlanks();
      if (c != ']') {
        break;
      }
      c = skipBlanks(); // an array without elements
    }
    if (c == ',' || c == ']') {
      throw new DamagedInput("an element of the JSON array is missing before '" + (char) c + "'");
    }
    readElement(c);
    return true;
  }

  private int skipBlanks() throws IOException {
    int c = read();
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      c = read();
    }
    return c;
  }

  private void readElement(int first) throws IOException {
    number = line;
    length = 0;
    tooLong = false;
    int depth = 0;
    int c = first;
    while (true) {
      switch (c) {
        case END ->
            throw new DamagedInput(
                "the JSON array is not closed; the element from line " + number + " has no end");
        case '"' -> readString();
        case '[', '{' -> {
          depth++;
          append((char) c);
        }
        case ']', '}', ',' -> {
          if (depth == 0 && c != '}') {
            state = c == ',' ? State.AFTER_COMMA : State.OUTSIDE;
            return;
          }
          depth -= c == ',' || depth == 0 ? 0 : 1;
          append((char) c);
        }
        case '\n', '\r', '\t' -> append(' ');
        default -> append((char) c);
      }
      c = read();
    }
  }

  private void readString() throws IOException {
    append('"');
    int c = read();
    while (c != '"') {
      if (c == END) {
        throw new DamagedInput(
            "the JSON array is not closed; a string of the element from line "
                + number
                + " has no end");
      }
      append((char) c);
      if (c == '\\') {
        c = read();
        if (c == END) {
          continue;
        }
        append((char) c);
      }
      c = read();
    }
    append('"');
  }

  private void append(char c) {
    if (tooLong) {
      return;
    }
    if (length == maxChars) {
      tooLong = true;
      length = Math.min(length, HEAD_CHARS);
      return;
    }
    if (length == element.length) {
      element = Arrays.copyOf(element, Math.min(maxChars, 2 * length));
    }
    element[length++] = c;
  }

  private int read() throws IOException {
    if (position == limit) {
      limit = Math.max(0, reader.read(block, 0, block.length));
      position = 0;
      if (limit == 0) {
        return END;
      }
    }
    char c = block[position++];
    if (c == '\n') {
      line++;
    }
    return c;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public long reached() {
    return line;
  }

  @Override
  public boolean isTooLong() {
    return tooLong;
  }

  @Override
  public char[] chars() {
    return element;
  }

  @Override
  public int start() {
    return 0;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public String text() {
    return new String(element, 0, length);
  }

  @Override
  public int maxChars() {
    return maxChars;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
