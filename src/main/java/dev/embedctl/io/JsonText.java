package dev.embedctl.io;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;

/** Writes the little JSON that the readers themselves make up. */
final class JsonText {
  private JsonText() {}

  /** A JSON string of the text; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
  static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 16);
    appendQuoted(json, text);
    return json.toString();
  }

  static void appendQuoted(StringBuilder json, String text) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(TextRules.wellFormed(text), json);
    json.append('"');
  }

  /** Adds a member to an object that is being built; its value is JSON already. */
  static void appendMember(StringBuilder json, String name, String value) {
    if (json.length() > 1) {
      json.append(',');
    }
    appendQuoted(json, name);
    json.append(':').append(value);
  }

  /** An object that holds the value, which is JSON already, where the path leads. */
  static String nested(List<String> path, String value) {
    StringBuilder json = new StringBuilder();
    for (String name : path) {
      json.append('{');
      appendQuoted(json, name);
      json.append(':');
    }
    return json.append(value).append("}".repeat(path.size())).toString();
  }

  /** What stands for a record that is no object: its raw form, as a string. */
  static String unreadable(String raw) {
    return nested(List.of("record"), quoted(raw));
  }
}
