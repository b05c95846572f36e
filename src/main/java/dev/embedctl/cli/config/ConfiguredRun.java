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
 * Runs a command with the settings of the user's file, a profile in it, the environment and the
 * command line, in ascending order of precedence.
 *
 * <p>Settings from other places become arguments before the typed ones, and the whole line is
 * parsed again, so that their values are converted and checked like typed ones. picocli's provider
 * of defaults would replace {@code ${…}} from the environment, read a value such as {@code -v} as
 * an option, and turn off a flag that is both typed and in a file. Without such settings, the
 * command line is parsed once.
 */
public final class ConfiguredRun implements IExecutionStrategy {
  private final ConfigSources sources;
  private final Consumer<String> out;
  private final Consumer<String> notices;
  private final IExecutionStrategy run;
  private Settings settings = Settings.none();

  /**
   * A strategy for one command line.
   *
   * @param out receives the settings for {@code --show-config}
   * @param notices receives messages for the user
   * @param run runs the command with all settings
   */
  public ConfiguredRun(
      ConfigSources sources,
      Consumer<String> out,
      Consumer<String> notices,
      IExecutionStrategy run) {
    this.sources = sources;
    this.out = out;
    this.notices = notices;
    this.run = run;
  }

  @Override
  public int execute(ParseResult typed) {
    Optional<ConfigOptions> options =
        isForHelp(typed) || !typed.hasSubcommand()
            ? Optional.empty()
            : mixin(typed.subcommand().commandSpec());
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
    boolean show = options.show; // parsing again may clear it
    ParseResult whole = whole(typed, command);
    List<String> unused = variables.unusedBeside(settings.value("api-key-env"));
    if (show) {
      List<String> lines = new ShownConfig(command, settings, sources).lines(unused);
      out.accept(String.join("\n", lines) + "\n");
      return CommandLine.ExitCode.OK;
    }
    if (!unused.isEmpty() && !settings.isOn("quiet")) {
      notices.accept(String.join(", ", unused) + " in the environment: no such option, ignored");
    }
    Optional<Setting> address = settings.untyped("base-url");
    if (address.isPresent() && settings.isOn("verbose")) {
      notices.accept("the base URL is from " + address.get().origin().text());
    }
    return run.execute(whole);
  }

  /** Parses the typed arguments after the settings from other places. */
  private ParseResult whole(ParseResult typed, CommandSpec command) {
    List<String> untyped =
        OptionNames.settable(command).entrySet().stream()
            .flatMap(
                option ->
                    settings.untyped(option.getKey()).stream()
                        .flatMap(setting -> arguments(option.getValue(), setting)))
            .toList();
    if (untyped.isEmpty()) {
      return typed;
    }
    List<String> arguments = new ArrayList<>(typed.expandedArgs());
    arguments.addAll(arguments.indexOf(command.name()) + 1, untyped);
    return typed
        .commandSpec()
        .commandLine()
        .setExpandAtFiles(false) // they are expanded already
        .parseArgs(arguments.toArray(String[]::new));
  }

  private static Stream<String> arguments(OptionSpec option, Setting setting) {
    return OptionNames.isRepeatable(option) ? setting.arguments() : Stream.of(setting.argument());
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
        .filter(command -> mixin(command).isPresent());
  }

  /** The mixin of a command that has settings. */
  private static Optional<ConfigOptions> mixin(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(ConfigOptions.class::isInstance)
        .map(ConfigOptions.class::cast)
        .findFirst();
  }

  /**
   * The message with the place of the invalid value, if it was not typed.
   *
   * @param message the error
   */
  public String located(ParameterException e, String message) {
    return e.getArgSpec() instanceof OptionSpec option && OptionNames.isNamed(option)
        ? settings
            .untyped(OptionNames.name(option))
            .map(setting -> setting.origin().text() + ": " + message)
            .orElse(message)
        : message;
  }

  /** The error's message with the places of the options in it that were not typed. */
  public String located(Usage e) {
    return settings.locate(OptionWords.in(e.getMessage()));
  }
}
