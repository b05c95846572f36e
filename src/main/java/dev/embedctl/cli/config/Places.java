package dev.embedctl.cli.config;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.NamedAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The places where a command's options can be set: a file, a profile in it, variables, arguments.
 */
final class Places {
  private static final String BASE_URL = "base-url";

  private final ConfigSources sources;
  private final ConfigOptions typed;
  private final OptionNames names;

  /**
   * The places for a command line.
   *
   * @param typed the file and the profile on the command line
   */
  Places(ConfigSources sources, ConfigOptions typed, OptionNames names) {
    this.sources = sources;
    this.typed = typed;
    this.names = names;
  }

  /**
   * The settings of all places.
   *
   * @throws Usage if one of them is invalid
   */
  Settings settings(ConfigVariables variables, ParseResult command) {
    List<Map<String, Setting>> places =
        Stream.concat(fromFile().stream(), Stream.of(variables.settings(), typed(command)))
            .toList();
    Settings settings = Settings.of(places);
    return names.isOwn(BASE_URL) ? withAddress(settings, places) : settings;
  }

  /** Adds the address in the provider's own variable, where no place names or takes back one. */
  private Settings withAddress(Settings settings, List<Map<String, Setting>> places) {
    Optional<String> provider = settings.value("provider");
    if (provider.isEmpty() || settings.value(BASE_URL).isPresent()) {
      return settings;
    }
    Optional<NamedAddress> address = NamedAddress.in(provider.get(), sources.env());
    if (address.isEmpty() || places.stream().anyMatch(place -> place.containsKey(BASE_URL))) {
      return settings; // a place that names it, but not in effect, takes it back
    }
    return settings.with(
        new Setting(BASE_URL, address.get().url(), new Origin.Variable(address.get().variable())));
  }

  /** The settings of the file, then those of the profile. */
  private List<Map<String, Setting>> fromFile() {
    Optional<ConfigFile> file = file();
    Optional<Setting> profile = named("profile", Optional.ofNullable(typed.profile));
    if (profile.isEmpty()) {
      return file.map(ConfigFile::common).map(List::of).orElse(List.of());
    }
    ConfigFile from = file.orElseThrow(() -> noFile(profile.get()));
    return List.of(from.common(), from.profile(profile.get()));
  }

  private Usage noFile(Setting profile) {
    return new Usage(
        profile.quoted()
            + ": there is no config file with profiles; "
            + sources
                .usersFile()
                .map(path -> "write " + path + ", or name another with --config")
                .orElse("name one with --config"));
  }

  private Optional<ConfigFile> file() {
    Optional<Setting> named = named("config", Optional.ofNullable(typed.file).map(Path::toString));
    if (named.isPresent()) {
      return Optional.of(
          ConfigReader.read(Path.of(named.get().value()), names)
              .orElseThrow(() -> new Usage(named.get().quoted() + ": there is no such file")));
    }
    return sources
        .usersFile()
        // A home such as /dev/null is not a folder, and a missing file is no error.
        .filter(file -> Files.isDirectory(file.toAbsolutePath().getParent()))
        .flatMap(file -> ConfigReader.read(file, names));
  }

  /** The file or the profile that is selected; an empty name selects none. */
  private Optional<Setting> named(String option, Optional<String> typedName) {
    return typedName
        .map(name -> new Setting(option, name, new Origin.Typed()))
        .or(() -> ConfigVariables.named(sources.env(), option))
        .filter(setting -> !setting.isEmpty());
  }

  private static Map<String, Setting> typed(ParseResult command) {
    Map<String, Setting> typed = new LinkedHashMap<>();
    for (CommandLine level : command.asCommandLineList()) {
      for (OptionSpec option : level.getParseResult().matchedOptions()) {
        List<String> values = option.originalStringValues();
        if (OptionNames.isNamed(option) && !values.isEmpty()) {
          String name = OptionNames.name(option);
          String value =
              OptionNames.isRepeatable(option) ? String.join("\n", values) : values.getLast();
          typed.put(name, new Setting(name, value, new Origin.Typed()));
        }
      }
    }
    return typed;
  }
}
