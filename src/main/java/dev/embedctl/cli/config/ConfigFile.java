package dev.embedctl.cli.config;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of settings: {@code name = value} a line, {@code profile.name = value} for one that counts
 * with a profile only, {@code #} before a comment.
 */
record ConfigFile(
    Path path, Map<String, Setting> common, Map<String, Map<String, Setting>> profiles) {
  ConfigFile {
    common = Map.copyOf(common);
    profiles = Map.copyOf(profiles);
  }

  /** Whether a line can say a value so that it is read as it is. */
  static boolean canHold(String name, String value) {
    return value.equals(value.strip())
        && value.lines().count() <= 1
        && mistake(name, value).isEmpty();
  }

  /** What whoever wrote a value took for granted: other files, and shells, do it. */
  static Optional<String> mistake(String name, String value) {
    if (value.equals("~") || value.startsWith("~/")) {
      return Optional.of("write the home folder out, nobody does it for ~ here");
    }
    if (!name.equals("template") && value.matches("\".*\"|'.*'")) {
      return Optional.of("take the quotes away, a value stands here as it is");
    }
    return Optional.empty();
  }

  /**
   * The settings of a profile.
   *
   * @param asked the setting that asks for it
   * @throws Usage where there is none
   */
  Map<String, Setting> profile(Setting asked) {
    String name = asked.value();
    return Optional.ofNullable(profiles.get(name))
        .orElseThrow(
            () ->
                new Usage(
                    asked.asked()
                        + ": no such profile is in "
                        + path
                        + (profiles.isEmpty()
                            ? ", and no other"
                            : NameHint.among(name, sorted(profiles.keySet())))));
  }

  private static List<String> sorted(Collection<String> names) {
    return names.stream().sorted().toList();
  }
}
