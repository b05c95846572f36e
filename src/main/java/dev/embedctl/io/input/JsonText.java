package dev.embedctl.io.input;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** Writes the JSON that readers of other formats need. */
public final class JsonText {
  private static final int ESCAPE_CHARS = 6;
  private static final Pattern HIGH_SURROGATE = Pattern.compile("u[dD][89abAB][0-9a-fA-F]{2}");

  private JsonText() {}

  /** A JSON string of the text, a lone surrogate as an escape, since UTF-8 cannot hold it. */
  public static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 16);
    appendQuoted(json, text);
    return json.toString();
  }

  static void appendQuoted(StringBuilder json, String text) {
    json.append('"');
    if (TextRules.loneSurrogate(text) < 0) {
      JsonStringEncoder.getInstance().quoteAsString(text, json);
    } else {
      StringBuilder quoted = new StringBuilder();
      JsonStringEncoder.getInstance().quoteAsString(text, quoted);
      json.append(withLoneSurrogatesEscaped(quoted));
    }
    json.append('"');
  }

  /**
   * JSON with escapes for invalid bytes, so that it can be written, and is invalid again when it is
   * read. Where an escape would form a character with its neighbour, it is U+FFFD.
   */
  static String withLoneSurrogatesEscaped(CharSequence json) {
    StringBuilder escaped = new StringBuilder(json.length() + 16);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (!Character.isSurrogate(c)) {
        escaped.append(c);
      } else if (i + 1 < json.length() && Character.isSurrogatePair(c, json.charAt(i + 1))) {
        escaped.append(c).append(json.charAt(++i));
      } else if (endsInBackslash(escaped, escaped.length()) || endsInHighSurrogate(escaped)) {
        escaped.append('\uFFFD');
      } else {
        escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    return escaped.toString();
  }

  /** Whether there is an unescaped backslash before this place. */
  private static boolean endsInBackslash(CharSequence json, int end) {
    int backslashes = 0;
    while (backslashes < end && json.charAt(end - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static boolean endsInHighSurrogate(CharSequence json) {
    int escape = json.length() - ESCAPE_CHARS;
    return escape >= 0
        && endsInBackslash(json, escape + 1)
        && HIGH_SURROGATE.matcher(json.subSequence(escape + 1, json.length())).matches();
  }

  /** Adds a member, whose value is JSON, to an unfinished object. */
  public static void appendMember(StringBuilder json, String name, String value) {
    if (json.length() > 1) {
      json.append(',');
    }
    appendQuoted(json, name);
    json.append(':').append(value);
  }

  /** An object that has the value, which is JSON, at the end of the path. */
  static String nested(List<String> path, String value) {
    StringBuilder json = new StringBuilder();
    for (String name : path) {
      json.append('{');
      appendQuoted(json, name);
      json.append(':');
    }
    return json.append(value).append("}".repeat(path.size())).toString();
  }

  /** An object for a record that is not one: it has the raw form as a string. */
  static String unreadable(String raw) {
    return nested(List.of("record"), quoted(raw));
  }
}
