package dev.embedctl.io.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Decodes UTF-8 strictly, but continues after an invalid byte: it becomes the lone surrogate U+DC00
 * + byte, which valid UTF-8 cannot contain, so that the record's reader can recognise it. A
 * byte-order mark at the beginning is skipped.
 */
public final class Utf8Reader extends Reader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MARK_BYTES = 3;

  private final InputStream in;
  private final byte[] bytes = new byte[BUFFER_BYTES];

  /** Stops at invalid bytes. */
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

  private int position;
  private int limit;
  private boolean begun;
  private boolean ended;

  /** The low surrogate that did not fit into the caller's array; 0 if there is none. */
  private char waiting;

  public Utf8Reader(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(char[] chars, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, chars.length);
    if (length == 0) {
      return 0;
    }
    if (waiting != 0) {
      chars[offset] = waiting;
      waiting = 0;
      return 1;
    }
    if (!begun) {
      begun = true;
      dropMark();
    }
    while (true) {
      int decoded = decode(chars, offset, offset + length);
      if (decoded > 0) {
        return decoded;
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void dropMark() throws IOException {
    do {
      fill();
    } while (!ended && limit < MARK_BYTES && bytes[0] == (byte) 0xEF);
    if (limit >= MARK_BYTES
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF) {
      position = MARK_BYTES;
    }
  }

  /** Reads more bytes after the undecoded ones, which are at most a part of a character. */
  private void fill() throws IOException {
    System.arraycopy(bytes, position, bytes, 0, limit - position);
    limit -= position;
    position = 0;
    int read = in.read(bytes, limit, bytes.length - limit);
    if (read < 0) {
      ended = true;
    } else {
      limit += read;
    }
  }

  /**
   * Decodes with the JDK's decoder, which converts many bytes at once, as far as it accepts them;
   * then the next character.
   */
  private int decode(char[] chars, int from, int to) {
    ByteBuffer left = ByteBuffer.wrap(bytes, position, limit - position);
    CharBuffer valid = CharBuffer.wrap(chars, from, to - from);
    CoderResult unused = decoder.decode(left, valid, false);
    position = left.position();
    int decoded = valid.position() - from;
    return decoded > 0 ? decoded : decodeNext(chars, from, to);
  }

  /** Decodes what is left before that: an invalid byte, or a pair of which only one half fits. */
  private int decodeNext(char[] chars, int out, int to) {
    int size = position < limit && out < to ? sequence(position) : 0;
    switch (size) {
      case 0 -> {
        return 0;
      }
      case 1 -> chars[out] = (char) (0xDC00 | (bytes[position] & 0xFF));
      default -> {
        int point =
            ((bytes[position] & 0x07) << 18)
                | (tail(position + 1) << 12)
                | (tail(position + 2) << 6)
                | tail(position + 3);
        chars[out] = Character.highSurrogate(point);
        waiting = Character.lowSurrogate(point);
      }
    }
    position += size;
    return 1;
  }

  private int tail(int at) {
    return bytes[at] & 0x3F;
  }

  /**
   * The length in bytes of the non-ASCII character that begins there; 1 if none begins there, 0 if
   * more bytes are needed to decide.
   */
  private int sequence(int at) {
    int lead = bytes[at] & 0xFF;
    int size = lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    for (int i = 1; i < size; i++) {
      if (at + i == limit) {
        return ended ? 1 : 0;
      }
      int next = bytes[at + i] & 0xFF;
      if (next < lowest(lead, i) || next > highest(lead, i)) {
        return 1;
      }
    }
    return size;
  }

  /** Excludes characters that a shorter sequence can encode. */
  private static int lowest(int lead, int place) {
    if (place == 1 && lead == 0xE0) {
      return 0xA0;
    }
    return place == 1 && lead == 0xF0 ? 0x90 : 0x80;
  }

  /** Excludes surrogates, and numbers beyond the last code point. */
  private static int highest(int lead, int place) {
    if (place == 1 && lead == 0xED) {
      return 0x9F;
    }
    return place == 1 && lead == 0xF4 ? 0x8F : 0xBF;
  }
}
