package dev.embedctl.cli;

import dev.embedctl.model.EmbedctlException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Where a user's files lie when no option says so. */
final class UserFolders {
  private UserFolders() {}

  /**
   * The cache's folder: {@code $XDG_CACHE_HOME/embedctl}, else what the system uses for caches.
   *
   * @throws EmbedctlException.Usage where the user has no home
   */
  static Path cache(Map<String, String> env) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (env.containsKey("XDG_CACHE_HOME") && !env.get("XDG_CACHE_HOME").isBlank()) {
      return Path.of(env.get("XDG_CACHE_HOME"), "embedctl");
    }
    if (system.startsWith("windows") && env.containsKey("LOCALAPPDATA")) {
      return Path.of(env.get("LOCALAPPDATA"), "embedctl", "cache");
    }
    String home =
        Stream.of(env.getOrDefault("HOME", ""), System.getProperty("user.home", ""))
            .filter(folder -> !folder.isBlank() && !folder.equals("?"))
            .findFirst()
            .orElseThrow(
                () ->
                    new EmbedctlException.Usage(
                        "there is no home folder to keep the cache in; say --cache FOLDER or"
                            + " --no-cache"));
    return system.startsWith("mac")
        ? Path.of(home, "Library", "Caches", "embedctl")
        : Path.of(home, ".cache", "embedctl");
  }
}
