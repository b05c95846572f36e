package dev.embedctl.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether this process was started with a start-up cache; the launcher knows which one it gave to
 * the JVM.
 */
public enum StartupState {
  /** The JVM uses the cache that the user made for this jar. */
  USED,
  /** The JVM uses the cache of the package. */
  PACKAGED,
  /** The JVM was given a cache and did not accept it. */
  REJECTED,
  /** There is a cache, of another jar: it was not used. */
  STALE,
  /** There is none. */
  MISSING;

  /** The files that Linux has mapped for this process; elsewhere there is no such file. */
  private static final Path MAPPED = Path.of("/proc/self/maps");

  /**
   * The message about the state of this process, if it is worth one.
   *
   * @param verbose whether the user asked for more messages
   * @param watched whether a person reads the messages now
   */
  public static Optional<String> noticeNow(boolean verbose, boolean watched) {
    return verbose || watched
        ? now().flatMap(state -> state.notice(verbose, watched))
        : Optional.empty();
  }

  private static Optional<StartupState> now() {
    return of(
        System.getProperty("embedctl.startup.state", ""),
        System.getProperty("embedctl.startup.file", ""),
        MAPPED);
  }

  /**
   * The state of a process; empty if the launcher did not start it.
   *
   * @param state the launcher's name of it
   * @param cache the cache that the launcher gave to the JVM
   * @param mapped a list of the files that the process has mapped; it may not exist
   */
  static Optional<StartupState> of(String state, String cache, Path mapped) {
    return switch (state) {
      case "used" -> Optional.of(isAccepted(cache, mapped) ? USED : REJECTED);
      case "packaged" -> Optional.of(isAccepted(cache, mapped) ? PACKAGED : REJECTED);
      case "stale" -> Optional.of(STALE);
      case "missing" -> Optional.of(MISSING);
      default -> Optional.empty();
    };
  }

  /** The JVM keeps a cache mapped if it accepted it, and gives no message if it did not. */
  private static boolean isAccepted(String cache, Path mapped) {
    if (!Files.isReadable(mapped)) {
      return true;
    }
    String name = "/" + Path.of(cache).getFileName();
    try (Stream<String> lines = Files.lines(mapped)) {
      return lines.anyMatch(line -> line.contains(name));
    } catch (IOException e) {
      return true; // not known, as on other systems
    }
  }

  Optional<String> notice(boolean verbose, boolean watched) {
    return switch (this) {
      case USED -> verbose ? Optional.of("started with the start-up cache") : Optional.empty();
      case PACKAGED ->
          verbose ? Optional.of("started with the package's start-up cache") : Optional.empty();
      case REJECTED ->
          verbose || watched
              ? Optional.of(
                  "the JVM did not accept the start-up cache, which is damaged or was made with"
                      + " other options; run embedctl warmup to make it again")
              : Optional.empty();
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
