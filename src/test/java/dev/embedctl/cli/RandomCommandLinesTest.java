package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Command lines made at random from the options that help names: whatever they are, each ends with
 * an exit code of the contract, and a wrong one with a line that says so.
 */
final class RandomCommandLinesTest {
  private static final long SEED = 20_261_129;

  /** All that take a moment and send nothing. */
  private static final List<String> COMMANDS =
      List.of(
          "batch",
          "batch",
          "batch",
          "verify",
          "search",
          "report",
          "spark",
          "providers",
          "cache stats",
          "cache verify",
          "cache prune",
          "cache export",
          "cache import",
          "cache clear",
          "completion",
          "nosuch",
          "");

  private static final Pattern OPTION =
      Pattern.compile("(?m)^ +(?:-\\w, )?(?<name>--[a-z][a-z0-9-]+)(?:=(?<value>\\S+))?");

  /** What may stand for a value that is no file, right or wrong. */
  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "1",
          "-1",
          "7",
          "1e9",
          "99999999999999999999",
          "x",
          "all",
          "auto",
          "average",
          "query",
          "jsonl",
          "csv",
          "float",
          "openai",
          "gemini",
          "local",
          "nosuch",
          "5s",
          "-5s",
          "1d",
          "30%",
          "101%",
          "{text}",
          "{",
          "a,b",
          ",",
          "/a/b",
          "NaN",
          "0.5",
          "ü\u202e",
          "a\nb",
          "${HOME}");

  /** Addresses and verbose traces are left out: nothing may be sent, and traces are asked for. */
  private static final Set<String> LEFT_OUT = Set.of("--verbose", "--base-url");

  private final Random random = new Random(SEED);
  private final Map<String, List<Option>> options = new HashMap<>();
  @TempDir private Path folder;

  /** An option, and how its value is named, if it takes one. */
  private record Option(String name, String value) {
    boolean isOfAFile() {
      return Stream.of("FILE", "FOLDER", "PATH", "INPUT", "OUTPUT").anyMatch(value::contains);
    }
  }

  @Test
  void endWithACodeOfTheContractAndWrongOnesWithOneLine() throws IOException {
    int lines = Integer.getInteger("embedctl.mutations") / 4;
    int wrong = 0;
    int good = 0;
    Files.writeString(folder.resolve("in.jsonl"), "{\"id\":1,\"text\":\"a\"}\n\"b\"\n");
    Files.writeString(folder.resolve("broken.csv"), "text,\"\n\u0000\"x\n");
    for (int i = 0; i < lines; i++) {
      List<String> line = line();
      Ended ended = new InProcess(folder).run(line.toArray(String[]::new));
      String what = "line " + i + ": " + line + " ended with " + ended.code() + ": " + ended.err();
      assertTrue(ended.code() >= 0 && ended.code() <= 3, what);
      assertFalse(ended.err().contains("\tat "), what);
      assertFalse(ended.err().contains("internal error"), what);
      assertFalse(ended.err().contains("Exception"), what);
      assertTrue(ended.err().chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)), what);
      assertFalse(ended.err().contains("\u202e"), what);
      if (ended.code() == 2) {
        wrong++;
        assertEquals(1, ended.err().lines().count(), what);
        assertTrue(ended.err().startsWith("embedctl: "), what);
      } else if (ended.code() != 0) {
        assertFalse(ended.err().isBlank() && ended.out().isBlank(), what);
      } else {
        good++;
      }
    }
    assertTrue(wrong > lines / 4, wrong + " of " + lines + " were wrong");
    assertTrue(good > lines / 50, good + " of " + lines + " were good");
  }

  private List<String> line() {
    String command = COMMANDS.get(random.nextInt(COMMANDS.size()));
    List<String> line = new ArrayList<>();
    if (!command.isEmpty()) {
      line.addAll(List.of(command.split(" ")));
    }
    List<Option> known = options.computeIfAbsent(command, this::optionsOf);
    for (int more = random.nextInt(4); more > 0 && !known.isEmpty(); more--) {
      add(known.get(random.nextInt(known.size())), line);
    }
    for (int more = random.nextInt(3); more > 0; more--) {
      line.add(random.nextInt(6) == 0 ? any(VALUES) : file());
    }
    if (command.equals("batch")) {
      line.add("--dry-run");
    }
    return line;
  }

  private void add(Option option, List<String> line) {
    String name =
        random.nextInt(12) == 0
            ? option.name().substring(0, option.name().length() - 1)
            : option.name();
    if (option.value().isEmpty()) {
      line.add(name + (random.nextInt(10) == 0 ? "=" + any(VALUES) : ""));
    } else if (random.nextInt(15) == 0) {
      line.add(name + "=");
    } else {
      line.add(name + "=" + (option.isOfAFile() ? file() : any(VALUES)));
    }
  }

  private String any(List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** A file that is there, is not, or cannot be; always below the test's folder. */
  private String file() {
    List<String> names =
        List.of("in.jsonl", "broken.csv", "absent", "no/folder/x", "", "in.jsonl/x", "out.parquet");
    return folder.resolve(any(names)).toString();
  }

  /** The options that the command's help names. */
  private List<Option> optionsOf(String command) {
    List<String> help = new ArrayList<>();
    if (!command.isEmpty()) {
      help.addAll(List.of(command.split(" ")));
    }
    help.add("--help");
    Matcher named = OPTION.matcher(new InProcess(folder).run(help.toArray(String[]::new)).out());
    List<Option> found = new ArrayList<>();
    while (named.find()) {
      if (!LEFT_OUT.contains(named.group("name"))) {
        String value = named.group("value");
        found.add(new Option(named.group("name"), value == null ? "" : value));
      }
    }
    return found;
  }
}
