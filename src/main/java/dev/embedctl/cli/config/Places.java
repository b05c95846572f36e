package dev.embedctl.cli.config;

import dev.embedctl.model.EmbedctlException.Usage;
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

/** Where things are said of a command's options: a file, a profile in it, variables, arguments. */
final class Places {
  private final ConfigSources sources;
  private final ConfigOptions typed;
  private final OptionNames names;

  /**
   * The places for a command line.
   *
   * @param typed what it says of them
   */
  Places(ConfigSources sources, ConfigOptions typed, OptionNames names) {
    this.sources = sources;
    this.typed = typed;
    this.names = names;
  }

  /**
   * What they say.
   *
   * @throws Usage where a place says what cannot be
   */
  Settings settings(ConfigVariables variables, ParseResult command) {
    return Settings.of(
        Stream.concat(fromFile().stream(), Stream.of(variables.settings(), typed(command)))
            .toList());
  }

  /** What the file says, the weaker first. */
  private List<Map<String, Setting>> fromFile() {
    Optional<ConfigFile> file = file();
    Optional<Setting> profile = said("profile", Optional.ofNullable(typed.profile));
    if (profile.isEmpty()) {
      return file.map(ConfigFile::common).map(List::of).orElse(List.of());
    }
    ConfigFile from = file.orElseThrow(() -> noFile(profile.get()));
    return List.of(from.common(), from.profile(profile.get()));
  }

  private Usage noFile(Setting profile) {
    return new Usage(
        profile.asked()
            + ": there is no config file to look in; "
            + sources
                .usersFile()
                .map(path -> "write " + path + ", or name another with --config")
                .orElse("name one with --config"));
  }

  private Optional<ConfigFile> file() {
    Optional<Setting> named = said("config", Optional.ofNullable(typed.file).map(Path::toString));
    if (named.isPresent()) {
      return Optional.of(
          ConfigReader.read(Path.of(named.get().value()), names)
              .orElseThrow(() -> new Usage(named.get().asked() + ": there is no such file")));
    }
    return sources
        .usersFile()
        // A home like /dev/null is no folder, and not to have a file there is no error.
        .filter(file -> Files.isDirectory(file.toAbsolutePath().getParent()))
        .flatMap(file -> ConfigReader.read(file, names));
  }

  /** What a place is asked for by name: an empty name asks for none. */
  private Optional<Setting> said(String option, Optional<String> typedName) {
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
          typed.put(name, new Setting(name, values.getLast(), new Origin.Typed()));
        }
      }
    }
    return typed;
  }
}
