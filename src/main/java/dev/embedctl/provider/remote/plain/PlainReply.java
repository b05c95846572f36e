package dev.embedctl.provider.remote.plain;

import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the items of a reply. It accepts less than JSON: strings of printable ASCII without
 * escapes, and whole numbers without a sign. Everything else is left to a parser, which also finds
 * the words for what is wrong.
 */
public final class PlainReply {
  private static final byte[] DATA = bytes("data");
  private static final byte[] EMBEDDING = bytes("embedding");
  private static final byte[] INDEX = bytes("index");
  private static final byte[] EMPTY = bytes("[]");

  /** Longer numbers and strings are left to the parser, which has limits for them. */
  private static final int MOST_DIGITS = 9;

  private static final int LONGEST_STRING = 8 << 20;

  private final byte[] body;
  private final List<Vector> vectors = new ArrayList<>();
  private final List<OptionalInt> indexes = new ArrayList<>();
  private Optional<Vector> vector = Optional.empty();
  private OptionalInt index = OptionalInt.empty();
  private int at;

  /** The bounds of the last string or number. */
  private int start;

  private int end;

  /** The length of the last vector in base64; the next one most likely has it too. */
  private int likelyLength;

  private PlainReply(byte[] body) {
    this.body = body;
  }

  /** The items of a body; empty if any of them has another form, or is not valid. */
  public static Optional<PlainItems> itemsOf(byte[] body) {
    return new PlainReply(body).items();
  }

  private Optional<PlainItems> items() {
    if (!isBeforeItems()) {
      return Optional.empty();
    }
    int from = at;
    return readItems()
        ? Optional.of(new PlainItems(vectors, indexes, without(from, at)))
        : Optional.empty();
  }

  private byte[] without(int from, int to) {
    return ByteBuffer.allocate(from + EMPTY.length + body.length - to)
        .put(body, 0, from)
        .put(EMPTY)
        .put(body, to, body.length - to)
        .array();
  }

  /** Advances to the array of the items. */
  private boolean isBeforeItems() {
    if (!next('{')) {
      return false;
    }
    do {
      if (!string()) {
        return false;
      }
      boolean data = isAt(DATA);
      if (!next(':')) {
        return false;
      }
      if (data) {
        skipBlanks();
        return true;
      }
      if (!string() && !number()) {
        return false;
      }
    } while (next(','));
    return false;
  }

  private boolean readItems() {
    if (!next('[')) {
      return false;
    }
    do {
      if (!item()) {
        return false;
      }
    } while (next(','));
    return next(']');
  }

  private boolean item() {
    vector = Optional.empty();
    index = OptionalInt.empty();
    if (!next('{')) {
      return false;
    }
    do {
      if (!member()) {
        return false;
      }
    } while (next(','));
    if (!next('}') || vector.isEmpty()) {
      return false;
    }
    vectors.add(vector.get());
    indexes.add(index);
    return true;
  }

  private boolean member() {
    if (!string()) {
      return false;
    }
    if (isAt(EMBEDDING)) {
      return vector.isEmpty() && next(':') && vector();
    }
    if (isAt(INDEX)) {
      return index.isEmpty() && next(':') && number() && takeIndex();
    }
    return next(':') && (string() || number());
  }

  private boolean takeIndex() {
    index =
        OptionalInt.of(
            Integer.parseInt(new String(body, start, end - start, StandardCharsets.US_ASCII)));
    return true;
  }

  /** Decodes the string that begins here. */
  private boolean vector() {
    if (!next('"')) {
      return false;
    }
    int from = at;
    // Base64 has no quote, so if one follows the expected length, the string ends there or is
    // invalid.
    int to = from + likelyLength;
    if (likelyLength == 0 || to >= body.length || body[to] != '"') {
      at--;
      if (!string()) {
        return false;
      }
      to = end;
      likelyLength = to - from;
    }
    at = to + 1;
    return decode(from, to);
  }

  private boolean decode(int from, int to) {
    try {
      ByteBuffer floats = Base64.getDecoder().decode(ByteBuffer.wrap(body, from, to - from));
      if (!floats.hasRemaining() || floats.remaining() % Float.BYTES != 0) {
        return false;
      }
      vector =
          Optional.of(
              Vector.read(
                  floats.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(),
                  floats.remaining() / Float.BYTES));
      return true;
    } catch (IllegalArgumentException e) {
      return false; // the parser's path finds the words for it
    }
  }

  private boolean isAt(byte[] name) {
    return Arrays.equals(body, start, end, name, 0, name.length);
  }

  private boolean next(char expected) {
    skipBlanks();
    if (at < body.length && body[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (at < body.length && isBlank(body[at])) {
      at++;
    }
  }

  private static boolean isBlank(byte each) {
    return each == ' ' || each == '\n' || each == '\r' || each == '\t';
  }

  /** Advances behind the string that begins here. */
  private boolean string() {
    skipBlanks();
    if (at == body.length || body[at] != '"') {
      return false;
    }
    start = at + 1;
    int to = start;
    while (to < body.length && isPlain(body[to])) {
      to++;
    }
    end = to;
    at = to + 1;
    return to < body.length && body[to] == '"' && to - start <= LONGEST_STRING;
  }

  private static boolean isPlain(byte each) {
    return each >= ' ' && each < 127 && each != '"' && each != '\\';
  }

  /** Advances behind the whole number that begins here. */
  private boolean number() {
    skipBlanks();
    start = at;
    while (at < body.length && body[at] >= '0' && body[at] <= '9') {
      at++;
    }
    end = at;
    int digits = end - start;
    boolean ends = at < body.length && (isBlank(body[at]) || body[at] == ',' || body[at] == '}');
    return ends && digits > 0 && digits <= MOST_DIGITS && (digits == 1 || body[start] != '0');
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }
}
