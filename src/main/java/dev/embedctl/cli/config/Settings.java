package dev.embedctl.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of all options, after precedence is applied.
 *
 * @param inEffect by option
 * @param overruled those that contradict a setting of higher precedence
 */
record Settings(Map<String, Setting> inEffect, List<Overruled> overruled) {
  /**
   * Options that belong to the provider set in the same place: its models, its address, its limits.
   */
  private static final Set<String> PROVIDERS_OWN =
      Set.of(
          "model",
          "allow-model",
          "dimensions",
          "prefix",
          "base-url",
          "api-key-env",
          "allow-insecure",
          "header",
          "query",
          "ca-cert",
          "client-cert",
          "client-key",
          "rpm",
          "tpm");

  /**
   * A setting that is ignored because of another option's with higher precedence.
   *
   * @param by the setting with higher precedence
   */
  record Overruled(Setting setting, Setting by) {}

  Settings {
    inEffect = Map.copyOf(inEffect);
    overruled = List.copyOf(overruled);
  }

  static Settings none() {
    return new Settings(Map.of(), List.of());
  }

  /**
   * Applies the precedence of several places, the lowest first, each by option.
   *
   * <p>Two options that contradict each other are an error if they are set in one place. If one has
   * higher precedence, the other is ignored; otherwise a user with {@code cache = …} in a file
   * could not type {@code --no-cache}.
   */
  static Settings of(List<Map<String, Setting>> places) {
    Map<String, Setting> inEffect = new LinkedHashMap<>();
    List<Overruled> overruled = new ArrayList<>();
    for (Map<String, Setting> place : places) {
      Map<String, Setting> lower = Map.copyOf(inEffect);
      for (Setting setting : place.values()) {
        for (String name : contradicted(setting, place, lower)) {
          if (!place.containsKey(name) && inEffect.containsKey(name)) {
            overruled.add(new Overruled(inEffect.remove(name), setting));
          }
        }
      }
      place.values().forEach(setting -> inEffect.put(setting.name(), setting));
    }
    inEffect.values().removeIf(Setting::isEmpty);
    overruled.removeIf(fallen -> fallen.setting().isEmpty());
    return new Settings(inEffect, overruled);
  }

  /** The options of places with lower precedence that a setting contradicts. */
  private static Set<String> contradicted(
      Setting setting, Map<String, Setting> place, Map<String, Setting> lower) {
    if (setting.isEmpty()) {
      return Set.of();
    }
    return switch (setting.name()) {
      case "provider" -> {
        Setting other = lower.getOrDefault("provider", setting);
        yield other.isEmpty() || other.is(setting.value()) ? Set.of() : PROVIDERS_OWN;
      }
      case "cache" -> Set.of("no-cache");
      case "no-cache" -> when(setting.is("true"), "cache", "refresh", "cache-only");
      case "refresh" -> when(setting.is("true"), "no-cache", "cache-only");
      case "cache-only" -> when(setting.is("true"), "no-cache", "refresh");
      case "quiet" -> when(setting.is("true"), "verbose");
      case "verbose" -> when(setting.is("true"), "quiet");
      case "text-field" -> Set.of("template");
      case "on-error" -> when(setting.is("fail"), "max-errors");
      case "output-format" -> when(setting.is("npy"), "vector-format");
      case "output" -> when(isArray(setting, place, lower), "vector-format");
      default -> Set.of();
    };
  }

  private static boolean isArray(
      Setting output, Map<String, Setting> place, Map<String, Setting> lower) {
    Set<String> formatted = new HashSet<>(place.keySet());
    formatted.addAll(lower.keySet());
    return output.value().toLowerCase(Locale.ROOT).endsWith(".npy")
        && !formatted.contains("output-format");
  }

  private static Set<String> when(boolean holds, String... names) {
    return holds ? Set.of(names) : Set.of();
  }

  /** The same settings with one more in effect. */
  Settings with(Setting setting) {
    Map<String, Setting> all = new LinkedHashMap<>(inEffect);
    all.put(setting.name(), setting);
    return new Settings(all, overruled);
  }

  /** The value of an option that is in effect. */
  Optional<String> value(String option) {
    return Optional.ofNullable(inEffect.get(option)).map(Setting::value);
  }

  boolean isOn(String flag) {
    return value(flag).filter("true"::equalsIgnoreCase).isPresent();
  }

  /** The setting of an option that is in effect, if it was not typed. */
  Optional<Setting> untyped(String option) {
    return Optional.ofNullable(inEffect.get(option)).filter(setting -> !setting.isTyped());
  }

  /** Adds to a message about options the places of those that were not typed. */
  String locate(String message) {
    List<Setting> meant =
        inEffect.values().stream()
            .filter(setting -> !setting.isTyped() && mentions(message, "--" + setting.name()))
            .sorted(Comparator.comparing(Setting::name))
            .toList();
    if (meant.size() == 1 && message.startsWith("--" + meant.getFirst().name())) {
      return meant.getFirst().origin().text() + ": " + message;
    }
    return meant.stream()
        .map(setting -> "; --" + setting.name() + " is from " + setting.origin().text())
        .collect(Collectors.joining("", message, ""));
  }

  private static boolean mentions(String message, String option) {
    for (int at = message.indexOf(option); at >= 0; at = message.indexOf(option, at + 1)) {
      int end = at + option.length();
      if (end == message.length() || !isOfName(message.charAt(end))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfName(char c) {
    return c == '-' || Character.isLetterOrDigit(c);
  }
}
