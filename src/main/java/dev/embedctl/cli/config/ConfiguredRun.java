package dev.embedctl.cli.config;

import dev.embedctl.cli.console.OptionWords;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs a command with what the user's file, a profile in it, the environment and the command line
 * say, each stronger than the one before.
 *
 * <p>What was not typed is put before what was typed, as arguments, and all is read once more: so a
 * value is converted, checked and refused as if it were typed. picocli's own way, a provider of
 * defaults, would fill in {@code ${…}} from the environment, take a value like {@code -v} for an
 * option, and turn a flag off that is both typed and a file's. Where nothing is said elsewhere, the
 * command line is read once.
 */
public final class ConfiguredRun implements IExecutionStrategy {
  private final ConfigSources sources;
  private final Consumer<String> out;
  private final Consumer<String> people;
  private final IExecutionStrategy run;
  private Settings settings = Settings.none();

  /**
   * A strategy for one command line.
   *
   * @param out where settings are shown
   * @param people is told what people should know
   * @param run what runs the command then
   */
  public ConfiguredRun(
      ConfigSources sources,
      Consumer<String> out,
      Consumer<String> people,
      IExecutionStrategy run) {
    this.sources = sources;
    this.out = out;
    this.people = people;
    this.run = run;
  }

  @Override
  public int execute(ParseResult typed) {
    Optional<ConfigOptions> options =
        isForHelp(typed) || !typed.hasSubcommand()
            ? Optional.empty()
            : taken(typed.subcommand().commandSpec());
    if (options.isEmpty()) {
      return run.execute(typed);
    }
    try {
      return execute(typed, options.get());
    } catch (EmbedctlException e) {
      CommandLine command = typed.subcommand().commandSpec().commandLine();
      throw new ExecutionException(command, e.getMessage(), e);
    }
  }

  private int execute(ParseResult typed, ConfigOptions options) {
    CommandSpec command = typed.subcommand().commandSpec();
    OptionNames names = new OptionNames(command, this::configured);
    ConfigVariables variables = ConfigVariables.read(sources.env(), names);
    settings = new Places(sources, options, names).settings(variables, typed.subcommand());
    boolean show = options.show; // reading all again may clear it
    ParseResult whole = whole(typed, command);
    List<String> unused = variables.unusedBeside(settings.said("api-key-env"));
    if (show) {
      List<String> lines = new ShownConfig(command, settings, sources).lines(unused);
      out.accept(String.join("\n", lines) + "\n");
      return CommandLine.ExitCode.OK;
    }
    if (!unused.isEmpty() && !settings.isOn("quiet")) {
      people.accept(
          String.join(", ", unused) + " in the environment: no option's variable, not used");
    }
    return run.execute(whole);
  }

  /** What was typed, behind what was said elsewhere. */
  private ParseResult whole(ParseResult typed, CommandSpec command) {
    List<String> elsewhere =
        OptionNames.settable(command).keySet().stream()
            .flatMap(name -> settings.elsewhere(name).stream())
            .map(Setting::argument)
            .toList();
    if (elsewhere.isEmpty()) {
      return typed;
    }
    List<String> arguments = new ArrayList<>(typed.expandedArgs());
    arguments.addAll(arguments.indexOf(command.name()) + 1, elsewhere);
    return typed
        .commandSpec()
        .commandLine()
        .setExpandAtFiles(false) // they are expanded
        .parseArgs(arguments.toArray(String[]::new));
  }

  private static boolean isForHelp(ParseResult typed) {
    return typed.asCommandLineList().stream()
        .anyMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
  }

  private Stream<CommandSpec> configured() {
    return sources
        .commands()
        .get()
        .map(CommandSpec::forAnnotatedObject)
        .filter(command -> taken(command).isPresent());
  }

  /** The mixin by which a command takes settings. */
  private static Optional<ConfigOptions> taken(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(ConfigOptions.class::isInstance)
        .map(ConfigOptions.class::cast)
        .findFirst();
  }

  /**
   * What was refused, with the place that said it where it was not typed.
   *
   * @param words what is wrong
   */
  public String located(ParameterException e, String words) {
    return e.getArgSpec() instanceof OptionSpec option && OptionNames.isNamed(option)
        ? settings
            .elsewhere(OptionNames.name(option))
            .map(setting -> setting.origin().told() + ": " + words)
            .orElse(words)
        : words;
  }

  /** What was refused, with the places of the options in its message that were not typed. */
  public String located(Usage e) {
    return settings.locate(OptionWords.in(e.getMessage()));
  }
}
