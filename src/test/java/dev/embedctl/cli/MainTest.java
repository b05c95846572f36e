package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are made when they are asked for look as if they were always there. */
final class MainTest {
  @TempDir Path folder;
  private InProcess embedctl;

  @BeforeEach
  void newProgram() {
    embedctl = new InProcess(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "cache", "warmup", "completion"})
  void helpAndCompletionNameEveryCommandAndEachHasItsOwn(String command) {
    assertTrue(embedctl.run("--help").out().contains("\n  " + command + " "));
    assertTrue(embedctl.run("generate-completion").out().contains("[0]} " + command + "\""));
    Ended own = embedctl.run(command, "--help");
    assertEquals(0, own.code(), own::err);
    assertTrue(own.out().startsWith("Usage: embedctl " + command), own::out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "cache", "warmup"})
  void theVersionIsTheSameWhereverItIsAskedFor(String command) {
    Ended version = embedctl.run("--version");
    assertEquals(2, version.lines().size(), version::out);
    assertTrue(version.lines().getFirst().matches("embedctl \\d.*"), version::out);
    assertEquals(version, embedctl.run(command, "--version"));
    assertEquals(version, embedctl.run("-V"));
    assertEquals(version, embedctl.run("version"));
  }

  @Test
  void aNameThatIsNotUtf8IsRefusedInOneLineThatAsksForAnother() {
    Ended ended = embedctl.run("batch", "caf\uFFFD.jsonl");
    assertEquals(2, ended.code());
    assertEquals("", ended.out());
    assertEquals(1, ended.err().lines().count(), ended::err);
    assertTrue(ended.err().contains("not UTF-8"), ended::err);
    assertTrue(ended.err().contains("rename the file"), ended::err);
  }

  @Test
  void anUnknownCommandIsNamed() {
    Ended ended = embedctl.run("bath");
    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("bath"), ended::err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "batch",
        "cache",
        "cache stats",
        "cache verify",
        "cache prune",
        "cache compact",
        "cache export",
        "cache import",
        "cache clear",
        "models",
        "models list",
        "models pull",
        "models rm",
        "jobs",
        "jobs list",
        "jobs show",
        "jobs cancel",
        "jobs forget",
        "doctor",
        "verify",
        "spark",
        "providers",
        "report",
        "warmup",
        "completion",
        "help",
        "version",
        "generate-completion"
      })
  void everyCommandHasHelpInPlainWords(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.removeIf(String::isEmpty);
    words.add("--help");
    Ended help = embedctl.run(words.toArray(String[]::new));
    assertEquals(0, help.code(), help::err);
    assertEquals("", help.err());
    assertTrue(help.out().startsWith(("Usage: embedctl " + command).strip()), help::out);
    assertFalse(help.out().contains("%%"), help::out);
    assertFalse(help.out().contains("${"), help::out);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch --modle x | there is no option --modle (did you mean --model?); see embedctl batch --help",
        "batch in.jsonl --modle x | there is no option --modle (did you mean --model?); see embedctl batch --help",
        "batch --ouput=x | there is no option --ouput (did you mean --output?); see embedctl batch --help",
        "batch --api-key sk-1 | there is no option --api-key; see embedctl batch --help",
        "batch -x | there is no option -x; see embedctl batch --help",
        "verify o.jsonl --inptu i | there is no option --inptu (did you mean --input?); see embedctl verify --help",
        "cache prune --max-siez 1m | there is no option --max-siez (did you mean --max-size?); see embedctl cache prune --help",
        "bacth in.jsonl | there is no command 'bacth' (did you mean batch?); see embedctl --help",
        "help bacth | there is no command 'bacth' (did you mean batch?); see embedctl --help",
        "completion fishh | SHELL fishh: give bash, zsh or fish (did you mean fish?); see embedctl completion --help",
        "cache stat | there is no command 'stat' (did you mean stats?); see embedctl cache --help",
        "batch --on-error colect | --on-error colect: give fail or collect (did you mean collect?); see embedctl batch --help",
        "batch --progress some | --progress some: give auto, always or never; see embedctl batch --help",
        "batch --concurrency ten | --concurrency ten: give a whole number; see embedctl batch --help",
        "batch --concurrency 99999999999 | --concurrency 99999999999: the number is too large; see embedctl batch --help",
        "verify o --input i --min-cosine x | --min-cosine x: give a number; see embedctl verify --help"
      })
  void aTypoIsNamedAndWhatWasMeant(String line, String message) {
    Ended ended = embedctl.run(line.split(" "));
    assertEquals(2, ended.code());
    assertEquals("embedctl: " + message + "\n", ended.err());
  }

  @Test
  void theHelpOfBatchHasExamplesAndThenItsOptionsInSections() {
    List<String> lines = embedctl.run("batch", "--help").lines();
    List<String> titles =
        lines.stream()
            .filter(line -> line.matches("[A-Z]\\w+:"))
            .map(line -> line.replace(":", ""))
            .toList();
    assertEquals(
        List.of(
            "Examples",
            "Input",
            "Output",
            "Provider",
            "Pace",
            "Lane",
            "Money",
            "Cache",
            "Errors",
            "Settings"),
        titles);
    int examples = lines.indexOf("Examples:");
    assertTrue(
        lines.subList(examples + 1, examples + 4).stream()
            .allMatch(line -> line.contains("embedctl batch")),
        () -> String.join("\n", lines));
    assertTrue(
        lines.indexOf("Errors:") < indexOf(lines, "--max-errors="), () -> String.join("\n", lines));
    assertTrue(
        indexOf(lines, "--max-errors=") < lines.indexOf("Settings:"),
        () -> String.join("\n", lines));
  }

  private static int indexOf(List<String> lines, String words) {
    return lines.indexOf(
        lines.stream().filter(line -> line.contains(words)).findFirst().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "cache prune", "completion"})
  void helpOfACommandIsTheSameAsItsOption(String command) {
    List<String> asked = new ArrayList<>(List.of(command.split(" ")));
    asked.addFirst("help");
    List<String> own = new ArrayList<>(List.of(command.split(" ")));
    own.add("--help");
    assertEquals(
        embedctl.run(own.toArray(String[]::new)), embedctl.run(asked.toArray(String[]::new)));
    assertEquals(embedctl.run("--help"), embedctl.run("help"));
  }

  @Test
  void bashCompletesCommandsOptionsAndTheirValuesInLowerCase(@TempDir Path here) throws Exception {
    Path script = here.resolve("completion");
    Files.writeString(script, embedctl.run("completion", "bash").out());
    assertEquals(embedctl.run("completion", "bash"), embedctl.run("completion", "zsh"));

    assertEquals("completion\n", completed(script, "embedctl", "comp"));
    assertEquals("--input-format\n", completed(script, "embedctl", "batch", "--input-f"));
    assertEquals("collect\n", completed(script, "embedctl", "batch", "--on-error", "co"));
    assertEquals("openai\n", completed(script, "embedctl", "batch", "--provider", "open"));
    assertEquals("parquet\n", completed(script, "embedctl", "batch", "--output-format", "pa"));
    assertEquals("--max-size\n", completed(script, "embedctl", "cache", "prune", "--max-s"));
  }

  @Test
  void bashCompletesFilesAndTheCommandsThatHelpTakes(@TempDir Path here) throws Exception {
    Path script = here.resolve("completion");
    Files.writeString(script, embedctl.run("completion", "bash").out());
    String begun = here.resolve("comp").toString();

    for (String words :
        List.of(
            "batch",
            "batch a.jsonl",
            "batch --output",
            "batch --cache",
            "verify out.jsonl --input",
            "search",
            "report")) {
      List<String> line = new ArrayList<>(List.of(("embedctl " + words).split(" ")));
      line.add(begun);
      assertEquals(script + "\n", completed(script, line.toArray(String[]::new)), words);
    }
    assertEquals("cache\n", completed(script, "embedctl", "help", "ca"));
  }

  @Test
  void theCompletionCommandOfPicocliWorksAndIsNotShown(@TempDir Path here) throws Exception {
    assertFalse(embedctl.run("--help").out().contains("generate-completion"));
    assertFalse(embedctl.run("completion", "fish").out().contains("-a generate-completion"));
    Path script = here.resolve("completion");
    Files.writeString(script, embedctl.run("generate-completion").out());

    assertEquals("batch\n", completed(script, "embedctl", "ba"));
    assertEquals("\n", completed(script, "embedctl", "gener"));
  }

  private static String completed(Path script, String... words) throws Exception {
    String complete =
        ". '%s'; compopt() { :; }; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_embedctl; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(script, String.join(" ", words), words.length - 1);
    Process bash =
        new ProcessBuilder("bash", "--norc", "-c", complete).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), out);
    return out;
  }

  @Test
  void fishCompletesCommandsOptionsAndTheirValuesInLowerCase() {
    String script = embedctl.run("completion", "fish").out();
    for (String line :
        List.of(
            "complete -c embedctl -n '__embedctl_at' -f -a batch -d 'Embeds",
            "complete -c embedctl -n '__embedctl_at cache' -f -a prune -d ",
            "complete -c embedctl -n '__embedctl_in batch' -l on-error -x -a 'fail collect' -d ",
            "complete -c embedctl -n '__embedctl_in batch' -s o -l output -r -d ",
            "complete -c embedctl -n '__embedctl_in verify' -l input -r -d ",
            "complete -c embedctl -n '__embedctl_in help' -f -a 'batch ",
            "complete -c embedctl -n '__embedctl_in completion' -f -a 'bash zsh fish' -d ")) {
      assertTrue(script.contains(line), () -> line + " is not in\n" + script);
    }
  }

  @Test
  void withoutTheLauncherThereIsNoPlaceForAStartupCache() {
    Ended ended = embedctl.run("warmup");
    assertEquals(1, ended.code());
    assertEquals(1, ended.err().lines().count(), ended::err);
    assertTrue(ended.err().contains("bin/embedctl"), ended::err);
  }
}
