package dev.embedctl.cli.config;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Options that are set in the environment: {@code EMBEDCTL_MAX_WAIT} sets {@code --max-wait}. An
 * empty variable has no effect.
 *
 * @param settings by option
 * @param unused variables with this prefix that match no option
 */
record ConfigVariables(Map<String, Setting> settings, List<String> unused) {
  private static final String PREFIX = "EMBEDCTL_";

  /** These select the config file and the profile, so they are read before all others. */
  private static final List<String> BY_NAME = List.of("config", "profile");

  /** The variables of the launcher. */
  static final Set<String> LAUNCHERS =
      Set.of("EMBEDCTL_JAVA_HOME", "EMBEDCTL_HEAP", "EMBEDCTL_OPTS", "EMBEDCTL_TRAIN_TO");

  ConfigVariables {
    settings = Map.copyOf(settings);
    unused = List.copyOf(unused);
  }

  /**
   * Reads the environment.
   *
   * <p>A name close to an option's is an error: it is probably misspelt, and a limit without effect
   * is worse than no run. Any other name may have another purpose: Kubernetes sets {@code
   * EMBEDCTL_PORT} and similar variables if a service is called embedctl.
   *
   * @throws Usage if a name is misspelt, or a value is a key
   */
  static ConfigVariables read(Map<String, String> env, OptionNames names) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    List<String> unused = new ArrayList<>();
    for (Map.Entry<String, String> variable : ours(env).entrySet()) {
      String name = option(variable.getKey());
      if (OptionNames.isTypedOnly(name)) {
        continue;
      }
      if (names.isKnown(name)) {
        KeyGuard.check(variable.getKey(), name, variable.getValue());
        settings.put(
            name, new Setting(name, variable.getValue(), new Origin.Variable(variable.getKey())));
      } else {
        names
            .nearest(name)
            .or(() -> NameHint.nearest(name, BY_NAME))
            .ifPresent(nearest -> refuse(variable.getKey(), nearest));
        unused.add(variable.getKey());
      }
    }
    return new ConfigVariables(settings, unused);
  }

  /** The setting of an option's own variable. */
  static Optional<Setting> named(Map<String, String> env, String option) {
    String variable = variable(option);
    return Optional.ofNullable(env.get(variable))
        .map(value -> new Setting(option, value, new Origin.Variable(variable)));
  }

  /** The unused variables, without the one that holds the key. */
  List<String> unusedBeside(Optional<String> keyVariable) {
    return unused.stream().filter(name -> keyVariable.filter(name::equals).isEmpty()).toList();
  }

  private static Map<String, String> ours(Map<String, String> env) {
    Map<String, String> ours = new TreeMap<>();
    env.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !value.isEmpty() && !LAUNCHERS.contains(name)) {
            ours.put(name, value);
          }
        });
    return ours;
  }

  private static void refuse(String variable, String nearest) {
    throw new Usage(variable + " matches no option; did you mean " + variable(nearest) + "?");
  }

  private static String variable(String option) {
    return PREFIX + option.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static String option(String variable) {
    return variable.substring(PREFIX.length()).replace('_', '-').toLowerCase(Locale.ROOT);
  }
}
