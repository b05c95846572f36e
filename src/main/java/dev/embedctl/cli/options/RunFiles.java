package dev.embedctl.cli.options;

import dev.embedctl.io.bytes.OutputTarget;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a run: their names beside the output, and checks of their places. */
public final class RunFiles {
  private static final String METRICS = ".metrics.json";
  private static final List<String> ENDINGS =
      List.of(METRICS, ".errors.jsonl", ".ids.jsonl", ".part");

  private RunFiles() {}

  /**
   * Checks that no written file, and no part file of one, is another file of the run; links to a
   * file are the same file. A file may be read twice.
   *
   * @param read each file that is read, by its name in messages
   * @param written each by the option that names it
   * @throws Usage if a written one is another
   */
  public static void checkDistinct(
      Map<String, Optional<Path>> read, Map<String, Optional<Path>> written) {
    Map<Object, String> seen = new HashMap<>();
    // In the order of their names, so that the message is the same each time.
    Map<String, Optional<Path>> inOrder = new TreeMap<>(written);
    inOrder.forEach((option, file) -> file.ifPresent(path -> add(option, path, seen)));
    Map<Object, String> withRead = new HashMap<>(seen);
    new TreeMap<>(read)
        .forEach(
            (name, file) ->
                file.filter(RunFiles::isOrMayBeRegular)
                    .ifPresent(
                        path -> {
                          refuse(name, path, seen.get(identity(path)));
                          withRead.putIfAbsent(identity(path), name);
                        }));
    inOrder.forEach(
        (option, file) ->
            file.filter(RunFiles::isOrMayBeRegular)
                .ifPresent(path -> add(option + " while it is written", part(path), withRead)));
  }

  private static void add(String name, Path file, Map<Object, String> seen) {
    if (isOrMayBeRegular(file)) {
      refuse(name, file, seen.putIfAbsent(identity(file), name));
    }
  }

  private static void refuse(String name, Path file, String other) {
    if (other != null) {
      throw new Usage(
          other + " and " + name + " are one file, " + file + "; give them different names");
    }
  }

  /**
   * Checks the places of files that will be written, before anything is paid for.
   *
   * @param files each with the option that names it, in the order of the checks
   * @throws Usage if one cannot be written: it is a folder, or its folder does not exist
   */
  public static void checkPlaces(Map<String, Optional<Path>> files) {
    checkPlaces(files, List.of());
  }

  /**
   * Checks the places of files that will be written, before anything is paid for.
   *
   * @param made folders that the run creates, with those above them
   * @throws Usage if one cannot be written
   */
  public static void checkPlaces(Map<String, Optional<Path>> files, Collection<Path> made) {
    files.forEach(
        (option, file) ->
            file.flatMap(path -> obstacle(path, made))
                .ifPresent(
                    why -> {
                      throw new Usage(option + " " + file.get() + ": " + why);
                    }));
  }

  private static Optional<String> obstacle(Path file, Collection<Path> made) {
    if (Files.isDirectory(file)) {
      return Optional.of("a folder; name a file in it");
    }
    if (!isOrMayBeRegular(file) || file.getParent() == null) {
      return Optional.empty();
    }
    Path folder =
        made.stream().anyMatch(each -> each.startsWith(file.getParent()))
            ? existing(file.getParent())
            : file.getParent();
    if (Files.isDirectory(folder)) {
      return Files.isWritable(folder)
          ? Optional.empty()
          : Optional.of("no permission to write in " + folder);
    }
    return Optional.of(
        Files.exists(folder)
            ? folder + " is not a folder; name a file in one"
            : "there is no folder " + folder + "; make it first");
  }

  /** The nearest folder upwards that exists. */
  private static Path existing(Path folder) {
    Path nearest = folder.toAbsolutePath();
    while (!Files.exists(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    return nearest;
  }

  /** Whether it is, or will be, a regular file, and not a device or a pipe. */
  public static boolean isOrMayBeRegular(Path file) {
    return !Files.exists(file) || Files.isRegularFile(file);
  }

  /** A file beside the output, with an ending after its name. */
  public static Path beside(Path output, String ending) {
    return output.resolveSibling(output.getFileName() + ending);
  }

  /**
   * Whether a file is of an earlier run with this output. A file in the place of the output that
   * has no metrics beside it may be an input.
   */
  static boolean isOfEarlierRun(Path output, Path file) {
    return file.equals(output)
        ? Files.exists(beside(output, METRICS))
        : ENDINGS.stream().anyMatch(ending -> beside(output, ending).equals(file));
  }

  /** Whether a file has the name of an output's metrics. */
  static boolean isMetrics(Path file) {
    return file.getFileName().toString().endsWith(METRICS);
  }

  /** Where the metrics of the run that wrote an output are, or would be. */
  public static Path metricsOf(Path output) {
    Path own = beside(output, METRICS);
    Path ofFolder = output.resolveSibling("metrics.json");
    return !Files.exists(own) && Files.isRegularFile(ofFolder) ? ofFolder : own;
  }

  private static Path part(Path file) {
    return OutputTarget.partOf(OutputTarget.resolved(file));
  }

  /** The identity of a file under any name: its key, or its future place. */
  private static Object identity(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file.toRealPath() : key;
    } catch (IOException e) {
      return place(OutputTarget.resolved(file)); // it does not exist yet
    }
  }

  private static Path place(Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      return absolute.getParent().toRealPath().resolve(absolute.getFileName());
    } catch (IOException e) {
      return absolute.normalize();
    }
  }
}
