package dev.embedctl.cli.console;

import java.util.Optional;

/** Whether this process was started with a start-up cache; the launcher knows it. */
public enum StartupState {
  /** The JVM was given the cache of this jar. */
  USED,
  /** There is a cache, of another jar: it was not used. */
  STALE,
  /** There is none. */
  MISSING;

  /** The state of this process; empty if the launcher did not start it. */
  public static Optional<StartupState> now() {
    return switch (System.getProperty("embedctl.startup.state", "")) {
      case "used" -> Optional.of(USED);
      case "stale" -> Optional.of(STALE);
      case "missing" -> Optional.of(MISSING);
      default -> Optional.empty();
    };
  }

  /**
   * The message about it, if it is worth one.
   *
   * @param verbose whether the user asked for more messages
   * @param watched whether a person reads the messages now
   */
  public Optional<String> notice(boolean verbose, boolean watched) {
    return switch (this) {
      case USED -> verbose ? Optional.of("started with the start-up cache") : Optional.empty();
      case STALE ->
          verbose || watched
              ? Optional.of(
                  "the start-up cache belongs to another build and is not used; run embedctl warmup"
                      + " to make it again")
              : Optional.empty();
      case MISSING ->
          verbose
              ? Optional.of("started without a start-up cache; embedctl warmup makes one")
              : Optional.empty();
    };
  }
}
