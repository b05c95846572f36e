package dev.embedctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * README.md, the manual and the pages beside them name only files, classes and places that exist.
 */
final class ManualTest {
  private static final Path BASE = Path.of(System.getProperty("embedctl.basedir"));
  private static final Path MAIN = BASE.resolve("src/main/java/dev/embedctl");
  private static final Path SPARK = BASE.resolve("src/spark/java/dev/embedctl");
  private static final Path MANUAL = BASE.resolve("src/site/markdown");
  private static final Path README = BASE.resolve("README.md");
  private static final int FIRST_PAGE_BYTES = 9_000;

  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern SOURCE = Pattern.compile("([\\w/]*[A-Z]\\w*\\.java)(?:#(\\w+))?");
  private static final Pattern TYPE = Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:\\.[A-Z]\\w+)?");
  private static final Pattern ROOM = Pattern.compile("\\| \\d \\| `([a-z.]+)` \\|.*");

  /** A line of a page outside of its blocks of code. */
  private record Line(Path page, int number, String text) {
    String place() {
      return BASE.relativize(page) + ":" + number;
    }

    Stream<MatchResult> all(Pattern pattern) {
      return pattern.matcher(text).results();
    }
  }

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (Line line : lines(page)) {
        for (MatchResult link : line.all(LINK).toList()) {
          if (!resolves(page, link.group(1))) {
            broken.add(line.place() + ": " + link.group(1));
          }
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void everySourceFileAndMethodThatThePagesNameExists() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path page : pages()) {
      for (Line line : lines(page)) {
        for (MatchResult code : line.all(CODE).toList()) {
          Matcher source = SOURCE.matcher(code.group(1));
          if (source.matches()) {
            named++;
            if (!hasSource(source.group(1), source.group(2))) {
              missing.add(line.place() + ": " + code.group(1));
            }
          }
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(named > 20, "source files named: " + named);
  }

  @Test
  void everyTypeThatThePagesNameExists() throws IOException {
    Set<String> types = typesOfTheSources();
    List<String> missing = new ArrayList<>();
    for (Path page : pages()) {
      for (Line line : lines(page)) {
        for (MatchResult code : line.all(CODE).toList()) {
          Matcher type = TYPE.matcher(code.group(1));
          if (type.matches() && !types.contains(type.group(1))) {
            missing.add(line.place() + ": " + code.group(1));
          }
        }
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void theArchitecturePageListsEachRoom() throws IOException {
    Set<String> listed =
        lines(MANUAL.resolve("architecture.md")).stream()
            .map(line -> ROOM.matcher(line.text()))
            .filter(Matcher::matches)
            .map(room -> room.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> rooms = new TreeSet<>();
    for (Path tree : List.of(MAIN, SPARK)) {
      for (Path source : sources(tree)) {
        rooms.add(tree.relativize(source.getParent()).toString().replace('/', '.'));
      }
    }
    assertEquals(rooms, listed);
  }

  @Test
  void theReadmeIsAFirstPageThatLeadsToEachPageOfTheManual() throws IOException {
    long bytes = Files.size(README);
    assertTrue(bytes <= FIRST_PAGE_BYTES, "README.md has " + bytes + " bytes");
    String readme = Files.readString(README);
    for (Path page : markdown(MANUAL)) {
      assertTrue(readme.contains("(" + BASE.relativize(page) + ")"), page.toString());
    }
  }

  /** Where the README, the manual, the samples and the repository's own pages are. */
  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(README, BASE.resolve("samples/README.md")));
    pages.addAll(markdown(MANUAL));
    pages.addAll(markdown(BASE.resolve(".github")));
    return pages;
  }

  private static List<Path> markdown(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> pages = files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
      assertFalse(pages.isEmpty(), folder.toString());
      return pages;
    }
  }

  private static List<Line> lines(Path page) throws IOException {
    List<Line> lines = new ArrayList<>();
    boolean block = false;
    List<String> all = Files.readAllLines(page);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).strip().startsWith("```")) {
        block = !block;
      } else if (!block) {
        lines.add(new Line(page, i + 1, all.get(i)));
      }
    }
    assertFalse(block, page + " does not end its last block of code");
    return lines;
  }

  private static boolean resolves(Path page, String link) throws IOException {
    if (link.matches("[a-z]+:.*")) {
      return true; // another site's
    }
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
  }

  /** The anchors that GitHub gives a page's headings. */
  private static Set<String> anchors(Path page) throws IOException {
    return lines(page).stream()
        .map(Line::text)
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static boolean hasSource(String path, String method) throws IOException {
    Path file = MAIN.resolve(path);
    return Files.exists(file)
        && (method == null
            || Pattern.compile("^  \\S.* " + method + "\\(", Pattern.MULTILINE)
                .matcher(Files.readString(file))
                .find());
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  /** Types of the program, nested ones too, and the files of tests and benchmarks. */
  private static Set<String> typesOfTheSources() throws IOException {
    Pattern declared = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    Set<String> types = new TreeSet<>();
    for (Path source : sources(MAIN)) {
      declared
          .matcher(Files.readString(source))
          .results()
          .forEach(type -> types.add(type.group(1)));
    }
    for (Path source : sources(BASE.resolve("src"))) {
      types.add(source.getFileName().toString().replace(".java", ""));
    }
    return types;
  }
}
