package dev.embedctl.cli.options;

import dev.embedctl.io.input.InputFormat;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The files that the inputs of a command line name: files, globs and folders. */
public final class InputFiles {
  private static final String STANDARD_INPUT = "-";
  private static final String ANY_FOLDERS = "**";

  private final FolderFiles folders;
  private final Optional<Path> output;

  private InputFiles(FolderFiles folders, Optional<Path> output) {
    this.folders = folders;
    this.output = output.map(InputFiles::absolute);
  }

  /**
   * The files in the order of the inputs; the files of a glob or of a folder are sorted.
   *
   * @param format the format of all files, if it is given
   * @param reading which files of folders are read
   * @param output a file or folder of the run, as for {@link #named}
   * @return empty for standard input
   * @throws Usage if a glob or a folder has no file, or standard input is one of several inputs
   */
  public static List<Path> of(
      List<String> inputs,
      Optional<InputFormat> format,
      ReadingOptions reading,
      Optional<Path> output) {
    return named(inputs, format, reading, output).stream().map(InputFile::path).toList();
  }

  /**
   * The same files, with their names below the folders and globs.
   *
   * @param output a file or folder that the run writes; below globs and other folders, the files
   *     that an earlier run with the same output has written are skipped
   */
  public static List<InputFile> named(
      List<String> inputs,
      Optional<InputFormat> format,
      ReadingOptions reading,
      Optional<Path> output) {
    return new InputFiles(reading.folders(format), output).all(inputs);
  }

  private List<InputFile> all(List<String> inputs) {
    if (inputs.isEmpty() || inputs.equals(List.of(STANDARD_INPUT))) {
      return List.of();
    }
    List<InputFile> files = new ArrayList<>();
    for (String input : inputs) {
      if (input.equals(STANDARD_INPUT)) {
        throw new Usage("INPUT -: standard input cannot be combined with other inputs");
      }
      files.addAll(filesOf(input));
    }
    return List.copyOf(files);
  }

  private List<InputFile> filesOf(String input) {
    if (isGlob(input) && !exists(input)) {
      return matches(input);
    }
    Path path = Path.of(input);
    if (Files.isDirectory(path) && output.equals(Optional.of(absolute(path)))) {
      throw new Usage(
          "INPUT "
              + input
              + ": the outputs go into the same folder, and the next run would read them; name"
              + " another folder for them, which may be a folder in this one");
    }
    return Files.isDirectory(path)
        ? found(path, filesIn(path))
        : List.of(new InputFile(path, Optional.ofNullable(path.getFileName()).orElse(path)));
  }

  /** The files below a folder that are not left out. */
  private List<InputFile> found(Path folder, List<Path> files) {
    List<InputFile> kept =
        files.stream()
            .filter(file -> !isLeftOut(folder, file))
            .map(file -> new InputFile(file, folder.relativize(file)))
            .toList();
    if (kept.isEmpty()) {
      throw new Usage(
          "INPUT "
              + folder
              + ": all its files belong to the output "
              + output.orElseThrow()
              + ", and are not read");
    }
    return kept;
  }

  /** Whether a file is in the output folder below the folder that is read, or of an earlier run. */
  private boolean isLeftOut(Path folder, Path file) {
    if (output.isEmpty()) {
      return false;
    }
    Path own = output.get();
    Path read = absolute(folder);
    return Files.isDirectory(own)
        ? !own.equals(read) && own.startsWith(read) && absolute(file).startsWith(own)
        : RunFiles.isOfEarlierRun(own, absolute(file));
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static boolean isGlob(String input) {
    return input.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /** A file may have the characters of a glob in its name. */
  private static boolean exists(String input) {
    try {
      return Files.exists(Path.of(input));
    } catch (InvalidPathException e) {
      return false; // on Windows no name has an asterisk
    }
  }

  private List<InputFile> matches(String glob) {
    List<String> names = Arrays.asList(glob.replace('\\', '/').split("/", -1));
    int plain = (int) names.stream().takeWhile(name -> !isGlob(name)).count();
    String pattern = String.join("/", names.subList(plain, names.size()));
    String folder = String.join("/", names.subList(0, plain));
    Path root = Path.of(plain > 0 && folder.isEmpty() ? "/" : folder);
    int depth = pattern.contains(ANY_FOLDERS) ? Integer.MAX_VALUE : names.size() - plain;
    PathMatcher matcher;
    try {
      matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (IllegalArgumentException e) {
      throw new Usage("INPUT " + glob + ": not a valid glob: " + e.getMessage());
    }
    boolean hidden = names.stream().skip(plain).anyMatch(name -> name.startsWith("."));
    List<Path> files =
        Files.isDirectory(root)
            ? walk(root, depth, file -> matcher.matches(file) && (hidden || !isHidden(file)))
            : List.of();
    if (files.isEmpty()) {
      throw new Usage("INPUT " + glob + ": no file matches");
    }
    return found(root, files);
  }

  private List<Path> filesIn(Path folder) {
    List<Path> files;
    try {
      files =
          folders.in(folder, InputFiles::hasKnownFormat).stream()
              .filter(file -> !RunFiles.isMetrics(file))
              .toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    if (files.isEmpty()) {
      throw new Usage(
          "INPUT "
              + folder
              + switch (folders.kind()) {
                case KNOWN_FORMATS -> ": no file in this folder has a name with a known format";
                case TEXTS -> ": no file in this folder is a text";
              });
    }
    return files;
  }

  private static boolean hasKnownFormat(Path file) {
    return InputFormat.ofFileName(file.getFileName().toString()).isPresent();
  }

  private static boolean isHidden(Path relative) {
    return IntStream.range(0, relative.getNameCount())
        .anyMatch(i -> relative.getName(i).toString().startsWith("."));
  }

  /** The regular files below a folder whose path relative to it is wanted, sorted. */
  private static List<Path> walk(Path folder, int depth, Predicate<Path> wanted) {
    try {
      Path real = folder.toRealPath(); // a walk does not enter a folder that is a symbolic link
      return below(real, depth).filter(wanted).sorted().map(folder::resolve).toList();
    } catch (UncheckedIOException e) {
      throw unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static Stream<Path> below(Path folder, int depth) throws IOException {
    try (Stream<Path> found = Files.walk(folder, depth)) {
      return found.filter(Files::isRegularFile).map(folder::relativize).toList().stream();
    }
  }

  private static InvalidInput unreadable(Path folder, IOException e) {
    return new InvalidInput(folder + ": the folder cannot be read: " + e.getMessage(), e);
  }
}
