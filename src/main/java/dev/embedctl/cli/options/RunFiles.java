package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of one run: their names beside the output, and that no two of them are one file. */
public final class RunFiles {
  private RunFiles() {}

  /**
   * Compares the files by their real places.
   *
   * @param files each with the option that names it
   * @throws Usage where two are one
   */
  public static void checkDistinct(Map<String, Optional<Path>> files) {
    Map<Path, String> seen = new TreeMap<>();
    // In the order of their names, so that the message is the same each time.
    new TreeMap<>(files)
        .forEach(
            (option, file) ->
                file.filter(RunFiles::isOrMayBeRegular)
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

  /**
   * Looks at the places of files that are to be written, before anything is paid.
   *
   * @param files each with the option that names it, in the order in which they are looked at
   * @throws Usage where one cannot be written: it is a folder, or its folder is not there
   */
  public static void checkPlaces(Map<String, Optional<Path>> files) {
    files.forEach(
        (option, file) ->
            file.flatMap(RunFiles::obstacle)
                .ifPresent(
                    why -> {
                      throw new Usage(option + " " + file.get() + ": " + why);
                    }));
  }

  private static Optional<String> obstacle(Path file) {
    if (Files.isDirectory(file)) {
      return Optional.of("a folder; name a file in it");
    }
    if (!isOrMayBeRegular(file) || file.getParent() == null) {
      return Optional.empty();
    }
    Path folder = file.getParent();
    if (Files.isDirectory(folder)) {
      return Files.isWritable(folder)
          ? Optional.empty()
          : Optional.of("no permission to write in " + folder);
    }
    return Optional.of(
        Files.exists(folder)
            ? folder + " is no folder; name a file in one"
            : "there is no folder " + folder + "; make it first");
  }

  /** Whether it is a file with a place of its own, or will be, and neither a device nor a pipe. */
  public static boolean isOrMayBeRegular(Path file) {
    return !Files.exists(file) || Files.isRegularFile(file);
  }

  /** A file beside the output, with an ending after its name. */
  public static Path beside(Path output, String ending) {
    return output.resolveSibling(output.getFileName() + ending);
  }

  private static Path realPlace(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize(); // it does not exist yet
    }
  }
}
