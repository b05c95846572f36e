package dev.embedctl.cli.batch;

import dev.embedctl.cli.console.TerminalWidth;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The number of columns for a bar: those that the user set, otherwise those of the terminal; never
 * more than the terminal has after a change of its size.
 */
public final class Width {
  private static final int USUAL = 80;

  private final OptionalInt users;
  private final Supplier<OptionalInt> terminal;
  private final AtomicBoolean changed = new AtomicBoolean();
  private int columns;

  private Width(OptionalInt users, int columns, Supplier<OptionalInt> terminal) {
    this.users = users;
    this.columns = columns;
    this.terminal = terminal;
  }

  /**
   * The width for a run.
   *
   * @param terminal measures the terminal; called after each change of its size
   */
  public static Width of(Map<String, String> env, Supplier<OptionalInt> terminal) {
    OptionalInt users = TerminalWidth.stated(env.getOrDefault("COLUMNS", ""));
    return new Width(
        users,
        users.orElseGet(
            () -> TerminalWidth.stated(System.getProperty("embedctl.columns", "")).orElse(USUAL)),
        terminal);
  }

  /**
   * Notes that the terminal's size has changed; a signal handler calls it, which must return
   * quickly.
   */
  void changed() {
    changed.set(true);
  }

  /** The current number of columns; only for the thread that draws. */
  public int columns() {
    if (changed.compareAndSet(true, false)) {
      int wide = terminal.get().orElse(columns);
      columns = Math.min(wide, users.orElse(wide));
    }
    return columns;
  }
}
