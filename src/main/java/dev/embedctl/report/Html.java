package dev.embedctl.report;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Escapes text for HTML and fills templates. */
final class Html {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z-]+)}}");

  private Html() {}

  /** Escapes a text, so that a browser shows it as text anywhere in a page. */
  static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(visible(point));
              }
            });
    return safe.toString();
  }

  /** Replaces invisible characters, and those that change the text direction, with U+FFFD. */
  private static int visible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> 0xFFFD;
      default -> point;
    };
  }

  /** Replaces the placeholders of a template. Placeholders within the values are not replaced. */
  static String filled(String template, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(
            placeholder -> {
              String value = values.get(placeholder.group(1));
              if (value == null) {
                throw new IllegalArgumentException("no value for " + placeholder.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
