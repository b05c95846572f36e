package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.TerminalWidth;
import java.util.OptionalInt;

/** The width of the lines that a command prints. */
final class OutputWidth {
  private static final int USUAL = 80;

  private OutputWidth() {}

  /** The columns of the terminal, or those that the user set; empty if it is no terminal. */
  static OptionalInt of(Console console) {
    if (!console.terminals().contains(Stream.OUT)) {
      return OptionalInt.empty();
    }
    OptionalInt set = TerminalWidth.stated(console.env().getOrDefault("COLUMNS", ""));
    return set.isPresent() ? set : OptionalInt.of(TerminalWidth.now().orElse(USUAL));
  }
}
