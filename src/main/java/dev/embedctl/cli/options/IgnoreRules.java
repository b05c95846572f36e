package dev.embedctl.cli.options;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules of one {@code .gitignore} file: the last rule that matches a path decides. */
final class IgnoreRules {
  private static final String NAME = ".gitignore";
  private static final String REPOSITORY = ".git";
  private static final Path EXCLUDED = Path.of(REPOSITORY, "info", "exclude");

  /** The decision of a rule. */
  enum Decision {
    IGNORE,
    KEEP
  }

  /** The paths that a rule can match. */
  private enum Kind {
    ANY,
    FOLDER
  }

  private record Rule(PathGlob path, Kind kind, Decision decision) {}

  private final Path folder;
  private final List<Rule> rules;

  private IgnoreRules(Path folder, List<Rule> rules) {
    this.folder = folder;
    this.rules = List.copyOf(rules);
  }

  /** The rules of a folder; none without the file. */
  static IgnoreRules in(Path folder) throws IOException {
    return read(folder, folder.resolve(NAME));
  }

  /**
   * The rules for a folder from its repository, in ascending order of precedence: those of this
   * copy of the repository only, then those of the folders from its root down. None outside a
   * repository.
   */
  static List<IgnoreRules> above(Path folder) throws IOException {
    List<IgnoreRules> rules = new ArrayList<>();
    Path absolute = folder.toAbsolutePath().normalize();
    for (Path root = absolute; root != null; root = root.getParent()) {
      if (!root.equals(absolute)) {
        rules.addFirst(in(root));
      }
      if (Files.exists(root.resolve(REPOSITORY))) {
        rules.addFirst(read(root, root.resolve(EXCLUDED)));
        return rules;
      }
    }
    return List.of();
  }

  private static IgnoreRules read(Path folder, Path file) throws IOException {
    List<Rule> rules = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> rule(line).ifPresent(rules::add));
    }
    return new IgnoreRules(folder.toAbsolutePath().normalize(), rules);
  }

  /** The decision of these rules on a path below their folder, if there is one. */
  Optional<Decision> about(Path path) {
    String relative =
        folder
            .relativize(path.toAbsolutePath().normalize())
            .toString()
            .replace(File.separatorChar, '/');
    Optional<Decision> decision = Optional.empty();
    for (Rule rule : rules) {
      if (rule.path().matches(relative) && (rule.kind() == Kind.ANY || Files.isDirectory(path))) {
        decision = Optional.of(rule.decision());
      }
    }
    return decision;
  }

  private static Optional<Rule> rule(String line) {
    String glob = line.endsWith("\\ ") ? line : line.stripTrailing();
    if (glob.isEmpty() || glob.startsWith("#")) {
      return Optional.empty();
    }
    Decision decision = glob.startsWith("!") ? Decision.KEEP : Decision.IGNORE;
    glob = decision == Decision.KEEP ? glob.substring(1) : glob;
    Kind kind = glob.endsWith("/") ? Kind.FOLDER : Kind.ANY;
    glob = kind == Kind.FOLDER ? glob.substring(0, glob.length() - 1) : glob;
    boolean anchored = glob.indexOf('/') >= 0;
    glob = glob.startsWith("/") ? glob.substring(1) : glob;
    return PathGlob.of(anchored ? glob : "**/" + glob).map(path -> new Rule(path, kind, decision));
  }
}
