package dev.embedctl.cli.options;

import dev.embedctl.cli.options.IgnoreRules.Decision;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which files of a folder are read. Hidden files and folders are left out.
 *
 * @param kind the files that are candidates
 * @param include the paths of which at least one must match, if there are any
 * @param exclude the paths of which none may match
 */
record FolderFiles(Kind kind, List<PathMatcher> include, List<PathMatcher> exclude) {
  /** The same number as in git. */
  private static final int SNIFFED_BYTES = 8000;

  /** The files of a folder that are candidates. */
  enum Kind {
    /** Those whose name has a known format. */
    KNOWN_FORMATS,
    /** Those without zero bytes that no {@code .gitignore} excludes. */
    TEXTS
  }

  FolderFiles {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /**
   * Parses globs; one without a slash matches the name of a file.
   *
   * @throws Usage if one is not valid
   */
  static List<PathMatcher> globs(String option, List<String> globs) {
    return globs.stream().map(glob -> matcher(option, glob)).toList();
  }

  private static PathMatcher matcher(String option, String glob) {
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
      return glob.indexOf('/') < 0 ? path -> matcher.matches(path.getFileName()) : matcher;
    } catch (IllegalArgumentException e) {
      throw new Usage(option + " " + glob + ": not a valid glob: " + e.getMessage());
    }
  }

  /** The files below a folder, sorted. */
  List<Path> in(Path folder, Predicate<Path> hasKnownFormat) throws IOException {
    Path real = folder.toRealPath(); // a walk does not enter a folder that is a symbolic link
    Walk walk = new Walk(real, hasKnownFormat);
    IgnoreRules.above(real).forEach(walk.rules::push);
    Files.walkFileTree(real, walk);
    return walk.found.stream().sorted().map(file -> folder.resolve(real.relativize(file))).toList();
  }

  private boolean matches(Path relative) {
    return (include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(relative)))
        && exclude.stream().noneMatch(glob -> glob.matches(relative));
  }

  private static boolean isBinary(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(SNIFFED_BYTES)) {
        if (b == 0) {
          return true;
        }
      }
      return false;
    }
  }

  /** Visits the folders, except those that are excluded. */
  private final class Walk extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final Predicate<Path> hasKnownFormat;
    private final List<Path> found = new ArrayList<>();
    private final Deque<IgnoreRules> rules = new ArrayDeque<>();

    Walk(Path folder, Predicate<Path> hasKnownFormat) {
      this.folder = folder;
      this.hasKnownFormat = hasKnownFormat;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      if (!path.equals(folder) && isLeftOut(path)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      rules.push(IgnoreRules.in(path));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path path, IOException e) throws IOException {
      rules.pop();
      return super.postVisitDirectory(path, e);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (Files.isRegularFile(file)
          && !isLeftOut(file)
          && matches(folder.relativize(file))
          && isCandidate(file)) {
        found.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean isCandidate(Path file) throws IOException {
      return switch (kind) {
        case KNOWN_FORMATS -> hasKnownFormat.test(file);
        case TEXTS -> !isBinary(file);
      };
    }

    private boolean isLeftOut(Path path) {
      return path.getFileName().toString().startsWith(".")
          || switch (kind) {
            case KNOWN_FORMATS -> false;
            case TEXTS -> isIgnored(path);
          };
    }

    /** The rules of the nearest folder have precedence. */
    private boolean isIgnored(Path path) {
      return rules.stream()
              .map(these -> these.about(path))
              .flatMap(Optional::stream)
              .findFirst()
              .orElse(Decision.KEEP)
          == Decision.IGNORE;
    }
  }
}
