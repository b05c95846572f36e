package dev.embedctl.cli.batch;

import dev.embedctl.cli.console.TerminalWidth;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** How many columns a bar may take: as the user says, else as wide as the terminal is. */
final class Width {
  private static final int USUAL = 80;

  private final boolean fixed;
  private final Supplier<OptionalInt> terminal;
  private final AtomicBoolean changed = new AtomicBoolean();
  private int columns;

  private Width(boolean fixed, int columns, Supplier<OptionalInt> terminal) {
    this.fixed = fixed;
    this.columns = columns;
    this.terminal = terminal;
  }

  /**
   * The width for a run.
   *
   * @param terminal asked each time when the terminal's size has changed
   */
  static Width of(Map<String, String> env, Supplier<OptionalInt> terminal) {
    OptionalInt users = TerminalWidth.stated(env.getOrDefault("COLUMNS", ""));
    return new Width(
        users.isPresent(),
        users.orElseGet(
            () -> TerminalWidth.stated(System.getProperty("embedctl.columns", "")).orElse(USUAL)),
        terminal);
  }

  /** The terminal's size has changed: comes from a signal, which does no work itself. */
  void changed() {
    changed.set(true);
  }

  /** The columns now; for the one thread that draws. */
  int columns() {
    if (changed.compareAndSet(true, false) && !fixed) {
      columns = terminal.get().orElse(columns);
    }
    return columns;
  }
}
