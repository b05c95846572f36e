package dev.embedctl.cli;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sees to it that a run does not write over its own input, or two of its files over each other. */
final class DistinctFiles {
  private DistinctFiles() {}

  /**
   * Compares the files by their real places.
   *
   * @param files each with the option that names it
   * @throws Usage where two are one
   */
  static void check(Map<String, Optional<Path>> files) {
    Map<Path, String> seen = new TreeMap<>();
    // In the order of their names, so that the message is the same each time.
    new TreeMap<>(files)
        .forEach(
            (option, file) ->
                file.filter(BatchPlan::isOrMayBeRegular)
                    .ifPresent(
                        path -> {
                          String other = seen.putIfAbsent(realPlace(path), option);
                          if (other != null) {
                            throw new Usage(
                                other
                                    + " and "
                                    + option
                                    + " are one file, "
                                    + path
                                    + "; give them different names");
                          }
                        }));
  }

  private static Path realPlace(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize(); // it does not exist yet
    }
  }
}
