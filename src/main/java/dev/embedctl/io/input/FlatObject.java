package dev.embedctl.io.input;

/**
 * The fields of a JSON object that has only strings without escapes and whole numbers, as most
 * lines do, or a bare string. It accepts less than JSON: everything else is left to a parser. A
 * million short lines take a third less processor time than with the parser alone, which has to be
 * compiled, too: with all that it calls, it is the largest method of a run.
 */
final class FlatObject {
  /** Longer numbers and names are left to the parser, which has limits for them. */
  private static final int MOST_DIGITS = 18;

  private static final int LONGEST_NAME = 1000;
  private static final int MOST_FIELDS = 64;

  private final int[] nameStarts = new int[MOST_FIELDS];
  private final int[] nameEnds = new int[MOST_FIELDS];
  private final int[] starts = new int[MOST_FIELDS];
  private final int[] ends = new int[MOST_FIELDS];
  private final JsonKind[] kinds = new JsonKind[MOST_FIELDS];
  private int fields;
  private char[] chars = {};
  private int offset;
  private int limit;
  private int at;

  /** Reads a line; false if it is not such an object. */
  boolean read(char[] line, int from, int length) {
    begin(line, from, length);
    if (!next('{')) {
      return false;
    }
    do {
      if (fields == MOST_FIELDS || !name() || !next(':') || !value()) {
        return false;
      }
      fields++;
    } while (next(','));
    if (!next('}')) {
      return false;
    }
    skipBlanks();
    return at == limit;
  }

  /** Reads a line that is a bare string, as its only field; false if it is not such a string. */
  boolean readString(char[] line, int from, int length) {
    begin(line, from, length);
    skipBlanks();
    if (at == limit || chars[at] != '"' || !value()) {
      return false;
    }
    fields = 1;
    skipBlanks();
    return at == limit;
  }

  private void begin(char[] line, int from, int length) {
    chars = line;
    offset = from;
    limit = from + length;
    at = from;
    fields = 0;
  }

  /** The number of fields. */
  int fields() {
    return fields;
  }

  /** Whether a field has this name. */
  boolean isNamed(int field, String name) {
    int start = offset + nameStarts[field];
    int length = nameEnds[field] - nameStarts[field];
    if (length != name.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (chars[start + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The name of a field. */
  String name(int field) {
    return text(nameStarts[field], nameEnds[field]);
  }

  JsonKind kind(int field) {
    return kinds[field];
  }

  /** The start of a field's value in the line. */
  int start(int field) {
    return starts[field];
  }

  /** The end of a field's value in the line. */
  int end(int field) {
    return ends[field];
  }

  /** The text of a string without its quotes, or the digits of a number. */
  String content(int field) {
    int quote = kinds[field] == JsonKind.STRING ? 1 : 0;
    return text(starts[field] + quote, ends[field] - quote);
  }

  private String text(int start, int end) {
    return String.valueOf(chars, offset + start, end - start);
  }

  private void skipBlanks() {
    while (at < limit && (chars[at] == ' ' || chars[at] == '\t')) {
      at++;
    }
  }

  private boolean next(char expected) {
    skipBlanks();
    if (at < limit && chars[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  private boolean name() {
    skipBlanks();
    int start = at - offset + 1;
    nameStarts[fields] = start;
    boolean isString = string();
    nameEnds[fields] = at - offset - 1;
    return isString && nameEnds[fields] - start <= LONGEST_NAME;
  }

  private boolean value() {
    skipBlanks();
    starts[fields] = at - offset;
    boolean isString = at < limit && chars[at] == '"';
    kinds[fields] = isString ? JsonKind.STRING : JsonKind.NUMBER;
    boolean read = isString ? string() : number();
    ends[fields] = at - offset;
    return read;
  }

  /** Advances behind the string that begins here; false if it has an escape or no end. */
  private boolean string() {
    if (at >= limit || chars[at] != '"') {
      return false;
    }
    for (int i = at + 1; i < limit; i++) {
      char c = chars[i];
      if (c == '"') {
        at = i + 1;
        return true;
      }
      if (c == '\\' || c < ' ') {
        return false;
      }
    }
    return false;
  }

  /** Advances behind the whole number that begins here. */
  private boolean number() {
    if (at < limit && chars[at] == '-') {
      at++;
    }
    int start = at;
    while (at < limit && chars[at] >= '0' && chars[at] <= '9') {
      at++;
    }
    int digits = at - start;
    boolean ends = at < limit && " \t,}".indexOf(chars[at]) >= 0;
    return ends && digits > 0 && digits <= MOST_DIGITS && (digits == 1 || chars[start] != '0');
  }
}
