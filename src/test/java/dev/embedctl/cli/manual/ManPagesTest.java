package dev.embedctl.cli.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.embedctl.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Compares the manual pages with the commands' help, and with man(1) if it is installed. */
final class ManPagesTest {
  private static final Map<String, CommandSpec> COMMANDS = new TreeMap<>();
  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    collect(Main.described());
    ManPages.main(new String[] {folder.toString()});
  }

  private static void collect(CommandLine command) {
    COMMANDS.put(command.getCommandSpec().qualifiedName("-"), command.getCommandSpec());
    command.getSubcommands().values().stream()
        .filter(below -> !below.getCommandSpec().usageMessage().hidden())
        .forEach(ManPagesTest::collect);
  }

  @Test
  void eachCommandHasAPage() throws IOException {
    try (Stream<Path> pages = Files.list(folder)) {
      assertEquals(
          COMMANDS.keySet().stream().map(name -> name + ".1").sorted().toList(),
          pages.map(page -> page.getFileName().toString()).sorted().toList());
    }
    assertTrue(COMMANDS.keySet().containsAll(List.of("embedctl-batch", "embedctl-cache-import")));
  }

  @Test
  void eachOptionAndOperandIsInThePageOfItsCommand() throws IOException {
    for (Map.Entry<String, CommandSpec> command : COMMANDS.entrySet()) {
      String page = Files.readString(page(command.getKey()));
      for (OptionSpec option : command.getValue().options()) {
        for (String name : option.names()) {
          assertEquals(
              !option.hidden(),
              page.contains("\\fB" + name.replace("-", "\\-") + "\\fR"),
              command.getKey() + " " + name);
        }
      }
      command.getValue().positionalParameters().stream()
          .map(operand -> "\n\\fI" + operand.paramLabel() + "\\fR\n")
          .forEach(operand -> assertTrue(page.contains(operand), () -> page));
    }
  }

  @Test
  void textThatLooksLikeMarkupIsPrintedUnchanged() {
    String page =
        new ManPage("x", "x 1")
            .paragraph(ManPage.Words.plain(".SH 'a-b' \\n ~^` \"\n'br"))
            .toString();

    assertTrue(
        page.endsWith("\n.PP\n\\&.SH \\(aqa\\-b\\(aq \\en \\(ti\\(ha\\(ga \\(dq\n.br\n\\(aqbr\n"),
        page);
  }

  /** Hyphens, quotes and backslashes are printed as they must be typed. */
  @Test
  void manPrintsEachDescriptionLikeHelpAndWithoutWarnings() throws Exception {
    assumeTrue(onPath("man") && onPath("groff"), "there is no man here");
    for (Map.Entry<String, CommandSpec> command : COMMANDS.entrySet()) {
      String printed = printed(page(command.getKey()));
      Stream<ArgSpec> shown = command.getValue().args().stream().filter(one -> !one.hidden());
      shown
          .flatMap(one -> Arrays.stream(one.description()))
          .map(text -> words(String.format(text)))
          .forEach(text -> assertTrue(words(printed).contains(text), () -> text + "\n" + printed));
    }
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static Path page(String command) {
    return folder.resolve(command + ".1");
  }

  private static boolean onPath(String program) {
    return Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String printed(Path page) throws IOException, InterruptedException {
    Path warnings = folder.resolveSibling(folder.getFileName() + ".warnings");
    ProcessBuilder man =
        new ProcessBuilder("man", "--warnings=w", "-E", "UTF-8", "-P", "cat", "-l", page.toString())
            .redirectError(warnings.toFile());
    man.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "MANWIDTH", "80", "GROFF_NO_SGR", "1"));
    Process process = man.start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .replaceAll(".\b", ""); // man prints bold characters twice
    assertEquals(0, process.waitFor());
    assertEquals("", Files.readString(warnings), page::toString);
    Files.delete(warnings);
    return printed;
  }
}
