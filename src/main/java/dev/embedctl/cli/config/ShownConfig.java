package dev.embedctl.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What {@code --show-config} prints: what is said and where, then what is not and its default. It
 * is a config file itself, and as one it says the same: defaults are comments, so that a later
 * default is not held back by a file that was printed today.
 */
final class ShownConfig {
  private final CommandSpec command;
  private final Settings settings;
  private final ConfigSources sources;
  private final Map<String, OptionSpec> options;

  /** The settings of a command. */
  ShownConfig(CommandSpec command, Settings settings, ConfigSources sources) {
    this.command = command;
    this.settings = settings;
    this.sources = sources;
    this.options = OptionNames.settable(command);
  }

  /**
   * The lines.
   *
   * @param unused variables that are no option's
   */
  List<String> lines(List<String> unused) {
    List<String> lines = new ArrayList<>();
    lines.add("# " + command.qualifiedName() + ": what is said of its options, and where");
    for (String name : options.keySet()) {
      Optional.ofNullable(settings.inEffect().get(name))
          .ifPresent(setting -> lines.addAll(said(setting)));
    }
    for (Settings.Overruled fallen : settings.overruled()) {
      if (options.containsKey(fallen.setting().name())) {
        lines.addAll(List.of("", "# " + overruled(fallen)));
      }
    }
    lines.addAll(List.of("", "# default"));
    options.forEach(
        (name, option) -> {
          if (!settings.inEffect().containsKey(name)) {
            lines.add(("# " + name + " = " + byDefault(option)).stripTrailing());
          }
        });
    key().ifPresent(variable -> lines.addAll(List.of("", "# " + state(variable))));
    for (String variable : unused) {
      lines.addAll(List.of("", "# " + variable + ": no option's variable, not used"));
    }
    return lines;
  }

  /** The variable that holds the key; empty where the command or its provider needs none. */
  private Optional<String> key() {
    if (!options.containsKey("api-key-env")) {
      return Optional.empty();
    }
    return settings
        .said("api-key-env")
        .or(
            () ->
                settings
                    .said("provider")
                    .or(
                        () ->
                            Optional.ofNullable(options.get("provider"))
                                .map(ShownConfig::byDefault))
                    .flatMap(sources.keyVariable()));
  }

  private String state(String variable) {
    return shownVariable(variable) + (sources.has(variable) ? " (set)" : " (not set)");
  }

  private List<String> said(Setting setting) {
    String where = "# " + setting.origin().told();
    Optional<String> hidden = hidden(setting);
    return List.of(
        "",
        hidden.map(why -> where + ": " + why).orElse(where),
        hidden.isPresent()
            ? "# " + setting.name() + " ="
            : setting.name() + " = " + setting.value());
  }

  private static String overruled(Settings.Overruled fallen) {
    return fallen.setting().origin().told()
        + ": "
        + fallen.setting().name()
        + " is not used beside "
        + fallen.by().name()
        + " ("
        + fallen.by().origin().told()
        + ")";
  }

  private static String byDefault(OptionSpec option) {
    if (option.defaultValue() != null) {
      return option.defaultValue();
    }
    return option.arity().max() == 0 ? "false" : "";
  }

  /** Why a value is not printed, where it is not. */
  private Optional<String> hidden(Setting setting) {
    String value = setting.value();
    boolean secret =
        KeyGuard.looksLikeKey(value)
            || sources.holdsKey(value)
            || (setting.name().equals("base-url") && value.matches(".*[@?#].*"))
            || (setting.name().equals("api-key-env") && !shownVariable(value).equals(value));
    if (secret) {
      return Optional.of("not shown, it may hold a secret");
    }
    return ConfigFile.canHold(setting.name(), value)
        ? Optional.empty()
        : Optional.of("not shown, a file cannot hold it");
  }

  /** A key that stands where the name of its variable should is not repeated. */
  private String shownVariable(String name) {
    return sources.has(name) || name.matches("[A-Z_][A-Z0-9_]*") ? name : "***";
  }
}
