package dev.embedctl.cli.config;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of settings: a line {@code name = value} each, {@code profile.name = value} for a setting
 * of a profile, and {@code #} before a comment.
 */
record ConfigFile(
    Path path, Map<String, Setting> common, Map<String, Map<String, Setting>> profiles) {
  private static final Pattern QUOTED = Pattern.compile("\".*\"|'.*'");

  ConfigFile {
    common = Map.copyOf(common);
    profiles = Map.copyOf(profiles);
  }

  /** Whether a line with this value is read back unchanged. */
  static boolean canHold(String name, String value) {
    String written = written(name, value);
    return written.equals(written.strip())
        && written.lines().count() <= 1
        && value(name, written).equals(value)
        && mistake(name, value(name, written)).isEmpty();
  }

  /** A value as a line holds it: spaces at the ends of a prefix are kept by quotes around it. */
  static String written(String name, String value) {
    return keepsSpaces(name) ? '"' + value + '"' : value;
  }

  /** The value that a line holds. */
  static String value(String name, String written) {
    return keepsSpaces(name) && written.length() >= 2 && QUOTED.matcher(written).matches()
        ? written.substring(1, written.length() - 1)
        : written;
  }

  private static boolean keepsSpaces(String name) {
    return name.equals("prefix");
  }

  /** Notation in a value that shells or other files would replace, but this file does not. */
  static Optional<String> mistake(String name, String value) {
    if (value.equals("~") || value.startsWith("~/")) {
      return Optional.of("~ is not expanded here; write the full path of the home folder");
    }
    if (!name.equals("template") && QUOTED.matcher(value).matches()) {
      return Optional.of("remove the quotes; a value is read literally");
    }
    return Optional.empty();
  }

  /**
   * The settings of a profile.
   *
   * @param selection the setting that selects it
   * @throws Usage if there is none
   */
  Map<String, Setting> profile(Setting selection) {
    String name = selection.value();
    return Optional.ofNullable(profiles.get(name))
        .orElseThrow(
            () ->
                new Usage(
                    selection.quoted()
                        + ": there is no such profile in "
                        + path
                        + (profiles.isEmpty()
                            ? ", which has no profiles"
                            : NameHint.among(name, sorted(profiles.keySet())))));
  }

  private static List<String> sorted(Collection<String> names) {
    return names.stream().sorted().toList();
  }
}
