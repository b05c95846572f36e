package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The limit on files and connections that this process may have open. */
public final class OpenFiles {
  /** The files of the JVM, the run and the cache, with a reserve. */
  private static final int WITHOUT_CALLS = 60;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String NAME = "Max open files";

  private OpenFiles() {}

  /**
   * Refuses a number of concurrent calls that would leave no open files for the run.
   *
   * @throws Usage if the limit is too low for both
   */
  public static void checkRoomFor(int calls) {
    checkRoomFor(calls, limit());
  }

  static void checkRoomFor(int calls, OptionalLong limit) {
    int needed = calls + WITHOUT_CALLS;
    if (limit.orElse(needed) < needed) {
      throw new Usage(
          "--concurrency "
              + calls
              + " needs "
              + needed
              + " open files, and this process may have "
              + limit.getAsLong()
              + ": lower --concurrency, or raise the limit with ulimit -n");
    }
  }

  /** The limit on Linux; empty on other systems, and without a limit. */
  private static OptionalLong limit() {
    try {
      return Files.readAllLines(LIMITS).stream()
          .filter(line -> line.startsWith(NAME))
          .map(line -> line.substring(NAME.length()).strip().split(" +", 2)[0])
          .filter(soft -> soft.chars().allMatch(Character::isDigit))
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
