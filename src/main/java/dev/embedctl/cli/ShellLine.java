package dev.embedctl.cli;

import dev.embedctl.io.bytes.Printable;
import dev.embedctl.model.EmbedctlException.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command for a POSIX shell, with one argument on each line. Quotes protect its words, so that
 * the program gets exactly the same characters.
 */
final class ShellLine {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");
  private static final String NEXT_LINE = " \\\n  ";

  private final List<String> lines = new ArrayList<>();

  /** A name and its value, or a word without one. */
  record Argument(String name, Optional<String> value) {
    Argument {
      Objects.requireNonNull(name);
      Objects.requireNonNull(value);
    }
  }

  /** A command of this program. */
  ShellLine(String program) {
    lines.add(quoted(program));
  }

  /**
   * Adds an argument.
   *
   * @throws Usage if it contains characters that cannot be printed
   */
  void add(Argument argument) {
    lines.add(
        quoted(argument.name()) + argument.value().map(value -> " " + quoted(value)).orElse(""));
  }

  /** The command, which ends in a line end. */
  String text() {
    return String.join(NEXT_LINE, lines) + "\n";
  }

  private static String quoted(String word) {
    if (!Printable.lines(word).equals(word)) {
      throw new Usage(
          "'" + word + "': contains a character that cannot be printed; change it in the command");
    }
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
