package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How many files and connections this process may have open at once. */
public final class OpenFiles {
  /** The JVM's, the run's and the cache's own, with some to spare. */
  private static final int WITHOUT_CALLS = 60;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String NAME = "Max open files";

  private OpenFiles() {}

  /**
   * Refuses so many calls at once that their connections would leave no room for the run's files.
   *
   * @throws Usage where there are not enough open files for both
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

  /** As Linux tells it; empty elsewhere, and where there is none. */
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
