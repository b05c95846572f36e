package dev.embedctl.cli.config;

import dev.embedctl.provider.OpenAiAccount;
import dev.embedctl.provider.remote.RequestExtras;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The output of {@code --show-config}: the settings with their places, then the defaults of all
 * other options. It is a valid config file with the same settings. Defaults are comments, so that
 * the file does not fix them for later versions.
 */
final class ShownConfig {
  /** Options whose values are secret, unless they only name a variable. */
  private static final Set<String> EXTRAS = Set.of("header", "query");

  private static final Pattern MAY_HOLD_SECRETS = Pattern.compile("[@?#]");

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
   * @param unused variables that match no option
   */
  List<String> lines(List<String> unused) {
    List<String> lines = new ArrayList<>();
    lines.add("# " + command.qualifiedName() + ": settings and where they are set");
    for (String name : options.keySet()) {
      Optional.ofNullable(settings.inEffect().get(name))
          .ifPresent(setting -> lines.addAll(shown(setting)));
    }
    for (Settings.Overruled ignored : settings.overruled()) {
      if (options.containsKey(ignored.setting().name())) {
        lines.addAll(List.of("", "# " + overruled(ignored)));
      }
    }
    lines.addAll(List.of("", "# default"));
    options.forEach(
        (name, option) -> {
          if (!settings.inEffect().containsKey(name)) {
            lines.add(("# " + name + " = " + byDefault(option)).stripTrailing());
          }
        });
    account().forEach(each -> lines.addAll(List.of("", "# " + each.sentence())));
    key().ifPresent(variable -> lines.addAll(List.of("", "# " + state(variable))));
    for (String variable : unused) {
      lines.addAll(List.of("", "# " + variable + ": no such option, ignored"));
    }
    return lines;
  }

  /** The variable that holds the key; empty if the command or its provider needs none. */
  private Optional<String> key() {
    if (!options.containsKey("api-key-env")) {
      return Optional.empty();
    }
    return settings
        .value("api-key-env")
        .or(
            () ->
                settings
                    .value("provider")
                    .or(
                        () ->
                            Optional.ofNullable(options.get("provider"))
                                .map(ShownConfig::byDefault))
                    .flatMap(sources.keyVariable()));
  }

  private List<OpenAiAccount> account() {
    return options.containsKey("header")
        ? settings
            .value("provider")
            .map(provider -> OpenAiAccount.in(provider, sources.env()))
            .orElse(List.of())
        : List.of();
  }

  private String state(String variable) {
    return shownVariable(variable) + (sources.has(variable) ? " (set)" : " (not set)");
  }

  private List<String> shown(Setting setting) {
    String where = "# " + setting.origin().text();
    Optional<String> hidden = hidden(setting);
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(hidden.map(why -> where + ": " + why).orElse(where));
    if (hidden.isPresent()) {
      lines.add("# " + setting.name() + " =");
    } else {
      values(setting)
          .forEach(
              value ->
                  lines.add(setting.name() + " = " + ConfigFile.written(setting.name(), value)));
    }
    return lines;
  }

  private List<String> values(Setting setting) {
    return OptionNames.isRepeatable(options.get(setting.name()))
        ? setting.values()
        : List.of(setting.value());
  }

  private static String overruled(Settings.Overruled ignored) {
    return ignored.setting().origin().text()
        + ": "
        + ignored.setting().name()
        + " is ignored because of "
        + ignored.by().name()
        + " ("
        + ignored.by().origin().text()
        + ")";
  }

  private static String byDefault(OptionSpec option) {
    if (option.defaultValue() != null) {
      return option.defaultValue();
    }
    return option.arity().max() == 0 ? "false" : "";
  }

  /** The reason why a value is not printed, if it is not. */
  private Optional<String> hidden(Setting setting) {
    String value = setting.value();
    boolean secret =
        KeyGuard.looksLikeKey(value)
            || sources.holdsKey(value)
            || (EXTRAS.contains(setting.name())
                && !setting.values().stream().allMatch(RequestExtras::isShown))
            || (setting.name().equals("base-url") && MAY_HOLD_SECRETS.matcher(value).find())
            || (setting.name().equals("api-key-env") && !shownVariable(value).equals(value));
    if (secret) {
      return Optional.of("not shown, it may hold a secret");
    }
    return values(setting).stream().allMatch(each -> ConfigFile.canHold(setting.name(), each))
        ? Optional.empty()
        : Optional.of("not shown, a config file cannot contain it");
  }

  /** The name of the variable, unless it looks like the key itself. */
  private String shownVariable(String name) {
    return sources.has(name) || name.matches("[A-Z_][A-Z0-9_]*") ? name : "***";
  }
}
