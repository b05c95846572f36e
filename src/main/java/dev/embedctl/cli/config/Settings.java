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
 * What is said of each option, the stronger voice before the weaker.
 *
 * @param inEffect by option
 * @param overruled what a stronger one contradicts
 */
record Settings(Map<String, Setting> inEffect, List<Overruled> overruled) {
  /** They belong to the provider beside which they stand: its models, its address, its limits. */
  private static final Set<String> PROVIDERS_OWN =
      Set.of("model", "dimensions", "base-url", "api-key-env", "allow-insecure", "rpm", "tpm");

  /**
   * A setting that does not count beside a stronger one of another option.
   *
   * @param by the stronger one
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
   * Settings from several places, the weakest first, each by option.
   *
   * <p>Two options that contradict each other are an error where one place says both. Where a
   * stronger place says one of them, the weaker one falls: else {@code --no-cache} could not be
   * typed by whoever has {@code cache = …} in a file.
   */
  static Settings of(List<Map<String, Setting>> places) {
    Map<String, Setting> inEffect = new LinkedHashMap<>();
    List<Overruled> overruled = new ArrayList<>();
    for (Map<String, Setting> place : places) {
      Map<String, Setting> weaker = Map.copyOf(inEffect);
      for (Setting said : place.values()) {
        for (String name : contradicted(said, place, weaker)) {
          if (!place.containsKey(name) && inEffect.containsKey(name)) {
            overruled.add(new Overruled(inEffect.remove(name), said));
          }
        }
      }
      place.values().forEach(said -> inEffect.put(said.name(), said));
    }
    inEffect.values().removeIf(Setting::isEmpty);
    overruled.removeIf(fallen -> fallen.setting().isEmpty());
    return new Settings(inEffect, overruled);
  }

  /** The options of weaker places that a setting leaves no room for. */
  private static Set<String> contradicted(
      Setting said, Map<String, Setting> place, Map<String, Setting> weaker) {
    if (said.isEmpty()) {
      return Set.of();
    }
    return switch (said.name()) {
      case "provider" -> {
        Setting other = weaker.getOrDefault("provider", said);
        yield other.isEmpty() || other.is(said.value()) ? Set.of() : PROVIDERS_OWN;
      }
      case "cache" -> Set.of("no-cache");
      case "no-cache" -> when(said.is("true"), "cache", "refresh", "cache-only");
      case "refresh" -> when(said.is("true"), "no-cache", "cache-only");
      case "cache-only" -> when(said.is("true"), "no-cache", "refresh");
      case "quiet" -> when(said.is("true"), "verbose");
      case "verbose" -> when(said.is("true"), "quiet");
      case "text-field" -> Set.of("template");
      case "on-error" -> when(said.is("fail"), "max-errors");
      case "output-format" -> when(said.is("npy"), "vector-format");
      case "output" -> when(isArray(said, place, weaker), "vector-format");
      default -> Set.of();
    };
  }

  private static boolean isArray(
      Setting output, Map<String, Setting> place, Map<String, Setting> weaker) {
    Set<String> formatted = new HashSet<>(place.keySet());
    formatted.addAll(weaker.keySet());
    return output.value().toLowerCase(Locale.ROOT).endsWith(".npy")
        && !formatted.contains("output-format");
  }

  private static Set<String> when(boolean holds, String... names) {
    return holds ? Set.of(names) : Set.of();
  }

  /** What is in effect of an option. */
  Optional<String> said(String option) {
    return Optional.ofNullable(inEffect.get(option)).map(Setting::value);
  }

  boolean isOn(String flag) {
    return said(flag).filter("true"::equalsIgnoreCase).isPresent();
  }

  /** What is in effect of an option and was not typed. */
  Optional<Setting> elsewhere(String option) {
    return Optional.ofNullable(inEffect.get(option)).filter(setting -> !setting.isTyped());
  }

  /** A message about options, with the places of those that were not typed. */
  String locate(String message) {
    List<Setting> meant =
        inEffect.values().stream()
            .filter(setting -> !setting.isTyped() && mentions(message, "--" + setting.name()))
            .sorted(Comparator.comparing(Setting::name))
            .toList();
    if (meant.size() == 1 && message.startsWith("--" + meant.getFirst().name())) {
      return meant.getFirst().origin().told() + ": " + message;
    }
    return meant.stream()
        .map(setting -> "; --" + setting.name() + " is from " + setting.origin().told())
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
