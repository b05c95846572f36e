package dev.embedctl.io.bytes;

import java.util.HexFormat;
import java.util.function.IntFunction;

/**
 * Text without control characters: those in replies, files and names could move a terminal's
 * cursor, change its colours or reverse the order of reading.
 */
public final class Printable {
  private static final String INSTEAD = "\uFFFD";

  private Printable() {}

  /** One line: line ends and tabs become spaces, other invisible characters become U+FFFD. */
  public static String line(String text) {
    return replaced(text.replaceAll("\r\n|[\r\n\t]", " "), any -> INSTEAD);
  }

  /** Several lines: line ends and tabs are kept. */
  public static String lines(String text) {
    return replaced(text.replace("\r\n", "\n"), Printable::unlessLayout);
  }

  private static String unlessLayout(int character) {
    return character == '\n' || character == '\t' ? Character.toString(character) : INSTEAD;
  }

  /**
   * JSON with such characters as escapes, so that its content is unchanged; the line ends between
   * its members are kept.
   */
  public static String json(String json) {
    return replaced(json, c -> c < ' ' ? Character.toString(c) : escape(c));
  }

  private static String escape(int character) {
    StringBuilder escaped = new StringBuilder();
    for (char half : Character.toChars(character)) {
      escaped.append("\\u").append(HexFormat.of().withUpperCase().toHexDigits(half));
    }
    return escaped.toString();
  }

  private static String replaced(String text, IntFunction<String> replacement) {
    if (text.codePoints().noneMatch(Printable::isHidden)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (isHidden(character)) {
                shown.append(replacement.apply(character));
              } else {
                shown.appendCodePoint(character);
              }
            });
    return shown.toString();
  }

  /** Controls, formats (the marks of reading order among them), separators, half characters. */
  private static boolean isHidden(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
