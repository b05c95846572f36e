package dev.embedctl.report;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text and templates of HTML. */
final class Html {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

  private Html() {}

  /** A text, so that it is nothing but text wherever it stands in a page. */
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
                default -> safe.appendCodePoint(shown(point));
              }
            });
    return safe.toString();
  }

  /** What has no shape of its own, or turns the direction of its neighbours, shows as such. */
  private static int shown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> 0xFFFD;
      default -> point;
    };
  }

  /** A template with its places filled; what is filled in is not looked into. */
  static String filled(String template, Map<String, String> places) {
    return PLACE
        .matcher(template)
        .replaceAll(
            place -> {
              String value = places.get(place.group(1));
              if (value == null) {
                throw new IllegalArgumentException("nothing for " + place.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
