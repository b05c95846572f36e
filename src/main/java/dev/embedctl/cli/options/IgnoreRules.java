package dev.embedctl.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The rules of one {@code .gitignore} file: the last rule that matches a path decides. */
final class IgnoreRules {
  private static final String NAME = ".gitignore";

  /** What a rule decides. */
  enum Decision {
    IGNORE,
    KEEP
  }

  /** Which paths a rule is about. */
  private enum Kind {
    ANY,
    FOLDER
  }

  private record Rule(Pattern path, Kind kind, Decision decision) {}

  private final Path folder;
  private final List<Rule> rules;

  private IgnoreRules(Path folder, List<Rule> rules) {
    this.folder = folder;
    this.rules = List.copyOf(rules);
  }

  /** The rules of a folder; none without the file. */
  static IgnoreRules in(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    List<Rule> rules = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      for (String line : Files.readAllLines(file)) {
        rule(line).ifPresent(rules::add);
      }
    }
    return new IgnoreRules(folder, rules);
  }

  /** What these rules decide about a path below their folder, if anything. */
  Optional<Decision> about(Path path) {
    String relative = folder.relativize(path).toString().replace('\\', '/');
    Optional<Decision> decision = Optional.empty();
    for (Rule rule : rules) {
      if (rule.path().matcher(relative).matches()
          && (rule.kind() == Kind.ANY || Files.isDirectory(path))) {
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
    try {
      return Optional.of(
          new Rule(Pattern.compile((anchored ? "" : "(.*/)?") + regex(glob)), kind, decision));
    } catch (PatternSyntaxException e) {
      return Optional.empty(); // git, too, matches nothing with an open bracket
    }
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    int at = 0;
    while (at < glob.length()) {
      char c = glob.charAt(at);
      if (glob.startsWith("**/", at)) {
        regex.append("(.*/)?");
        at += 3;
      } else if (glob.startsWith("**", at)) {
        regex.append(".*");
        at += 2;
      } else if (c == '[' && glob.indexOf(']', at + 2) > 0) {
        int close = glob.indexOf(']', at + 2);
        String set = glob.substring(at + 1, close).replace("\\", "\\\\").replace("[", "\\[");
        regex.append("[").append(set.startsWith("!") ? "^" + set.substring(1) : set).append("]");
        at = close + 1;
      } else {
        boolean escaped = c == '\\' && at + 1 < glob.length();
        regex.append(
            switch (c) {
              case '*' -> "[^/]*";
              case '?' -> "[^/]";
              default -> Pattern.quote(String.valueOf(escaped ? glob.charAt(at + 1) : c));
            });
        at += escaped ? 2 : 1;
      }
    }
    return regex.toString();
  }
}
