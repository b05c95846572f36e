package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The launcher for Windows keeps the rules of batch files; its text is read, not run. */
final class WindowsLauncherTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("embedctl.basedir"), "bin", "embedctl.bat");

  /** Variables that have a meaning for Windows, for Java, for embedctl or for what it starts. */
  private static final Set<String> TAKEN =
      Set.of(
          ("HOME JAVA_HOME JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS CLASSPATH PATH PATHEXT TEMP TMP"
                  + " OS COMSPEC USERNAME USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA"
                  + " PROGRAMDATA SYSTEMROOT WINDIR ERRORLEVEL CD DATE TIME RANDOM PROMPT"
                  + " EMBEDCTL_JAVA_HOME EMBEDCTL_HEAP EMBEDCTL_OPTS XDG_CACHE_HOME XDG_CONFIG_HOME"
                  + " XDG_DATA_HOME HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE")
              .split(" "));

  /** Values that are no path: they are options, or the batch file itself has made them. */
  private static final Set<String> NO_PATH =
      Set.of("java_major", "unsafe_option", "embedctl_opts", "errorlevel");

  private static final Pattern ASSIGNMENT = Pattern.compile("(?i)\\bset (?:/[ap] )?\"?(\\w+)=");
  private static final Pattern JUMP = Pattern.compile("(?i)\\b(?:goto|call) +:?([a-z_]+)");
  private static final Pattern EXPANSION = Pattern.compile("%(\\w+)(?::[^%]*)?%");
  private static final Pattern LOOP = Pattern.compile("(?i)\\bfor (?:/f )?.*?%%(\\w)");

  private static List<String> lines() throws IOException {
    return Files.readAllLines(LAUNCHER);
  }

  private static List<String> code() throws IOException {
    return lines().stream()
        .filter(line -> !line.startsWith("rem ") && !line.equals("rem"))
        .toList();
  }

  private static Stream<MatchResult> found(Pattern pattern) throws IOException {
    return code().stream().flatMap(line -> pattern.matcher(line).results());
  }

  private static Set<String> names(Stream<MatchResult> results) {
    Set<String> names = new TreeSet<>();
    results.forEach(result -> names.add(result.group(1).toLowerCase(Locale.ROOT)));
    return names;
  }

  /** Whether the place in a line is between double quotes. */
  private static boolean isQuoted(String line, int at) {
    return line.substring(0, at).chars().filter(c -> c == '"').count() % 2 == 1;
  }

  @Test
  void eachLineEndsAsOnWindows() throws IOException {
    String text = Files.readString(LAUNCHER);
    assertTrue(text.endsWith("\r\n"));
    assertEquals(
        text.chars().filter(c -> c == '\n').count(),
        Pattern.compile("\r\n").matcher(text).results().count());
    assertTrue(text.chars().allMatch(c -> c < 128), "cmd reads it in the code page of the console");
  }

  @Test
  void noVariableReplacesOneThatHasAMeaning() throws IOException {
    Set<String> set = names(found(ASSIGNMENT));

    assertTrue(set.contains("java_dir"), set::toString);
    assertEquals(
        List.of(),
        set.stream().filter(name -> TAKEN.contains(name.toUpperCase(Locale.ROOT))).toList());
  }

  @Test
  void eachJumpHasItsLabelAndEachLabelAJump() throws IOException {
    Set<String> labels = names(found(Pattern.compile("^:([A-Za-z_]+)")));

    assertTrue(labels.contains("run"), labels::toString);
    Set<String> jumps = names(found(JUMP));
    assertEquals(Set.of(), minus(jumps, labels::contains));
    assertEquals(
        Set.of(),
        minus(
            labels,
            label ->
                jumps.contains(label)
                    || label.equals("search_path")
                    || label.equals("java_missing")));
  }

  private static Set<String> minus(Set<String> names, Predicate<String> known) {
    Set<String> left = new TreeSet<>(names);
    left.removeIf(known);
    return left;
  }

  @Test
  void aPathMayContainAParenthesisOrAnAmpersand() throws IOException {
    for (String line : code()) {
      EXPANSION
          .matcher(line)
          .results()
          .filter(use -> !NO_PATH.contains(use.group(1).toLowerCase(Locale.ROOT)))
          .forEach(use -> assertTrue(isQuoted(line, use.start()), line));
    }
  }

  @Test
  void noBlockInParenthesesSpansLines() throws IOException {
    for (String line : code()) {
      assertFalse(line.stripTrailing().endsWith("("), line);
      assertFalse(line.strip().startsWith(")"), line);
    }
  }

  @Test
  void noVariableOfALoopIsALetterThatModifiesOne() throws IOException {
    Set<String> variables = names(found(LOOP));

    assertTrue(variables.contains("h"), variables::toString);
    assertEquals(Set.of(), minus(variables, name -> !"fdpnxsatz".contains(name)));
  }

  @Test
  void theStreamsThatAreATerminalAreGivenToJava() throws IOException {
    assertTrue(
        code().stream().anyMatch(line -> line.contains("\"-Dembedctl.terminals=%terminals%\"")));
    for (String stream : List.of("in", "out", "err")) {
      assertTrue(
          code().stream()
              .anyMatch(line -> line.matches(".*set \"terminals=.*\\b" + stream + "\\b.*\"")),
          stream);
    }
  }

  @Test
  void theEndOfTheMainPartDoesNotRunIntoTheSubroutines() throws IOException {
    List<String> code = code();
    int subroutine = code.indexOf(":examine_java");

    assertEquals("", code.get(subroutine - 1));
    assertEquals("exit /b %errorlevel%", code.get(subroutine - 2));
  }
}
