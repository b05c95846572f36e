package dev.embedctl.cli.console;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The width of the terminal on standard error, from stty, since Java has no method for it. */
public final class TerminalWidth {
  private static final Pattern SIZE = Pattern.compile("\\d{1,5} ([1-9]\\d{0,3})\\s*");
  private static final Pattern COLUMNS = Pattern.compile("[1-9][0-9]{0,3}");
  private static final int LONGEST = 64;

  private TerminalWidth() {}

  /** The current number of columns; empty if it is unknown. */
  public static OptionalInt now() {
    try {
      Process stty =
          new ProcessBuilder("sh", "-c", "stty size <&2 2>/dev/null")
              .redirectError(Redirect.INHERIT)
              .start();
      try {
        stty.getOutputStream().close();
        byte[] size = stty.getInputStream().readNBytes(LONGEST);
        return columns(new String(size, StandardCharsets.US_ASCII));
      } finally {
        stty.destroy();
      }
    } catch (IOException e) {
      return OptionalInt.empty(); // a system without sh
    }
  }

  /** The columns in the value of a variable or a property; empty if it is not a number. */
  public static OptionalInt stated(String value) {
    return COLUMNS.matcher(value).matches()
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }

  /** The columns in the output of {@code stty size}, which is lines, then columns. */
  static OptionalInt columns(String size) {
    Matcher form = SIZE.matcher(size);
    return form.matches() ? OptionalInt.of(Integer.parseInt(form.group(1))) : OptionalInt.empty();
  }
}
