package dev.embedctl.cli.manual;

import dev.embedctl.cli.Main;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.manual.ManPage.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Generates a manual page for each command from the command's help. */
public final class ManPages {
  private final CommandLine program;

  ManPages(CommandLine program) {
    this.program = program.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
  }

  /** Writes the pages into the folder that is the only argument; the build calls this. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (Map.Entry<String, String> page : new ManPages(Main.described()).pages().entrySet()) {
      Files.writeString(folder.resolve(page.getKey() + ".1"), page.getValue());
    }
  }

  /** The pages by name, such as {@code embedctl-cache-stats}. */
  Map<String, String> pages() {
    return shown(program)
        .collect(Collectors.toMap(ManPages::name, this::page, (a, b) -> a, TreeMap::new));
  }

  /** A command and all its subcommands. */
  private static Stream<CommandLine> shown(CommandLine command) {
    return Stream.concat(Stream.of(command), below(command).flatMap(ManPages::shown));
  }

  private static Stream<CommandLine> below(CommandLine command) {
    return command.getSubcommands().values().stream()
        .distinct()
        .filter(one -> !one.getCommandSpec().usageMessage().hidden());
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private String page(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    ManPage page = new ManPage(name(command), "embedctl " + Version.number());
    page.section("NAME")
        .paragraph(
            Words.plain(name(command))
                .and(new Words(" \\- "))
                .and(Words.plain(withoutStop(described(spec.usageMessage().description())))));
    page.section("SYNOPSIS").paragraph(synopsis(command));
    page.section("DESCRIPTION")
        .paragraph(Words.plain(described(spec.usageMessage().description())));
    options(spec, page);
    commands(command, page);
    if (command.equals(program)) {
      surroundings(page);
    } else {
      page.section("SEE ALSO").paragraph(Words.listed(related(command).map(ManPages::reference)));
    }
    return page.toString();
  }

  private static Words synopsis(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    String whole = command.getHelp().abbreviatedSynopsis().strip();
    return Words.bold(name).and(Words.plain(whole.substring(name.length())));
  }

  private static void options(CommandSpec spec, ManPage page) {
    page.section("OPTIONS");
    spec.positionalParameters().stream()
        .filter(one -> !one.hidden())
        .forEach(
            one ->
                page.entry(
                    Words.italic(one.paramLabel()), Words.plain(described(one.description()))));
    spec.options().stream()
        .filter(one -> !one.hidden())
        .forEach(one -> page.entry(term(one), Words.plain(described(one.description()))));
  }

  private static Words term(OptionSpec option) {
    Words names = Words.listed(Arrays.stream(option.names()).map(Words::bold));
    return option.arity().max() == 0
        ? names
        : names.and(Words.plain("=")).and(Words.italic(option.paramLabel()));
  }

  private static void commands(CommandLine command, ManPage page) {
    if (below(command).findAny().isPresent()) {
      page.section("COMMANDS");
      below(command)
          .forEach(
              one ->
                  page.entry(
                      reference(one),
                      Words.plain(
                          first(described(one.getCommandSpec().usageMessage().description())))));
    }
  }

  /** The sections that all pages share. */
  private static void surroundings(ManPage page) {
    page.section("EXIT STATUS");
    for (ExitCode code : ExitCode.values()) {
      page.entry(Words.bold(Integer.toString(code.number())), Words.plain(code.meaning()));
    }
    page.entry(Words.bold("130"), Words.plain("Stopped by SIGINT."));
    page.entry(Words.bold("143"), Words.plain("Stopped by SIGTERM or SIGHUP."));
    page.section("ENVIRONMENT");
    page.entry(
        Words.bold("EMBEDCTL_").and(Words.italic("OPTION")),
        Words.plain(
            "Sets an option: EMBEDCTL_MAX_COST is --max-cost. The command line has precedence."));
    page.entry(
        Words.bold("EMBEDCTL_JAVA_HOME"),
        Words.plain(
            "The Java to use. Default: the one in the package, or else the newest one found."));
    page.entry(
        Words.bold("EMBEDCTL_HEAP"),
        Words.plain(
            "Maximum heap size, for example 512m or 2g. Default: 256m, or less in a container"
                + " of less than 352 MiB."));
    page.entry(Words.bold("EMBEDCTL_OPTS"), Words.plain("Additional options for the JVM."));
    page.entry(
        Words.italic("PROVIDER").and(Words.bold("_API_KEY")),
        Words.plain(
            "The key of a provider; embedctl providers lists the names of these variables."));
    page.entry(
        Words.bold("HF_ENDPOINT").and(Words.plain(", ")).and(Words.bold("HF_TOKEN")),
        Words.plain(
            "For embedctl models pull: another hub, and a token for models that need one."));
    page.section("FILES");
    page.entry(
        Words.bold("~/.config/embedctl/config.properties"),
        Words.plain("Options, one per line: name = value."));
    page.entry(
        Words.bold("~/.config/embedctl/catalog.json"),
        Words.plain("Additional providers, models and prices."));
    page.entry(Words.bold("~/.cache/embedctl"), Words.plain("Vectors, and the start-up cache."));
    page.entry(
        Words.bold("~/.local/share/embedctl/models"), Words.plain("Models for --provider local."));
    page.entry(
        Words.bold("~/Library/Caches/embedctl")
            .and(Words.plain(", "))
            .and(Words.bold("~/Library/Application Support/embedctl")),
        Words.plain(
            "On macOS: the first instead of ~/.cache/embedctl, the second instead of the others."));
  }

  /** The parent commands, then the sibling commands; subcommands have a section of their own. */
  private static Stream<CommandLine> related(CommandLine command) {
    Stream<CommandLine> above =
        Stream.iterate(command.getParent(), Objects::nonNull, CommandLine::getParent);
    Stream<CommandLine> beside = below(command.getParent()).filter(one -> !one.equals(command));
    return Stream.concat(above, beside);
  }

  private static Words reference(CommandLine command) {
    return Words.bold(name(command)).and(Words.plain("(1)"));
  }

  private static String described(String... lines) {
    return Arrays.stream(lines).map(ManPages::formatted).collect(Collectors.joining("\n"));
  }

  /** The text as picocli prints it: its texts are format strings and may contain its markup. */
  private static String formatted(String text) {
    return Ansi.OFF.string(String.format(text));
  }

  private static String withoutStop(String sentence) {
    String first = first(sentence);
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }

  private static String first(String lines) {
    return lines.lines().findFirst().orElse("");
  }
}
