package dev.embedctl.cli.config;

import dev.embedctl.cli.console.Reason;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a {@link ConfigFile} line by line.
 *
 * <p>It is not {@link java.util.Properties}, which removes backslashes ({@code C:\data}, {@code \n}
 * in a template), joins lines, silently uses the last of two equal names, keeps spaces at the end
 * of a value, and has no line numbers for errors.
 */
final class ConfigReader {
  private static final int LONGEST = 1 << 20;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path path;
  private final OptionNames names;
  private final Map<String, Setting> common = new LinkedHashMap<>();
  private final Map<String, Map<String, Setting>> profiles = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private int number;

  private ConfigReader(Path path, OptionNames names) {
    this.path = path;
    this.names = names;
  }

  /**
   * Reads a file.
   *
   * @param names the allowed names
   * @return the file; empty if it does not exist
   * @throws Usage if it cannot be read or is invalid; the message names file and line
   */
  static Optional<ConfigFile> read(Path path, OptionNames names) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(LONGEST);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Usage(path + ": the config file cannot be read: " + Reason.of(e));
    }
    if (bytes.length == LONGEST) {
      throw new Usage(path + ": is not a config file: it has 1 MiB or more");
    }
    return Optional.of(new ConfigReader(path, names).read(bytes));
  }

  private ConfigFile read(byte[] bytes) {
    int begin = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '\n') {
        number++;
        String line = decoded(ByteBuffer.wrap(bytes, begin, i - begin)).strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          take(line);
        }
        begin = i + 1;
      }
    }
    return new ConfigFile(path, common, profiles);
  }

  private String decoded(ByteBuffer bytes) {
    try {
      String line = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
    } catch (CharacterCodingException e) {
      throw new Usage(where() + ": is not UTF-8");
    }
  }

  private void take(String line) {
    int equals = line.indexOf('=');
    if (equals < 0) { // the message does not contain the line, which may be a key
      throw new Usage(where() + ": there is no '='; write name = value");
    }
    String whole = line.substring(0, equals).strip();
    String written = line.substring(equals + 1).strip();
    int dot = whole.lastIndexOf('.'); // no option has one in its name
    String name = whole.substring(dot + 1);
    String value = ConfigFile.value(name, written);
    check(name, value);
    Integer before = lines.putIfAbsent(whole, number);
    if (before != null && !names.isRepeatable(name)) {
      throw new Usage(
          where() + ": '" + whole + "' is in line " + before + " too; remove one of them");
    }
    if (dot < 0) {
      put(common, new Setting(name, value, new Origin.Line(path, number)));
    } else {
      String profile = profile(whole.substring(0, dot));
      put(
          profiles.computeIfAbsent(profile, any -> new LinkedHashMap<>()),
          new Setting(name, value, new Origin.ProfileLine(path, number, profile)));
    }
  }

  /** Adds a setting; only an option that may be repeated is there already. */
  private static void put(Map<String, Setting> settings, Setting setting) {
    settings.merge(setting.name(), setting, (before, more) -> before.and(more.value()));
  }

  private void check(String name, String value) {
    KeyGuard.check(where(), name, value);
    if (OptionNames.isTypedOnly(name)) {
      throw new Usage(where() + ": '" + name + "' can be set on the command line only");
    }
    if (!names.isKnown(name)) {
      throw unknown(name);
    }
    ConfigFile.mistake(name, value)
        .ifPresent(
            mistake -> {
              throw new Usage(where() + ": " + mistake);
            });
  }

  private Usage unknown(String name) {
    Optional<String> nearest = names.nearest(name);
    if (KeyGuard.looksLikeKey(name) || (nearest.isEmpty() && KeyGuard.namesKey(name))) {
      return KeyGuard.refusal(where());
    }
    return new Usage(
        where()
            + ": there is no option '"
            + name
            + "'"
            + nearest
                .map(option -> "; did you mean '" + option + "'?")
                .orElse("; embedctl batch --help lists all options"));
  }

  private String profile(String name) {
    if (name.isEmpty() || !name.chars().allMatch(ConfigReader::mayBeInName)) {
      throw new Usage(
          where() + ": the part before the '.' must be a profile's name: letters, digits, - and _");
    }
    return name;
  }

  private static boolean mayBeInName(int c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_';
  }

  private String where() {
    return path + ":" + number;
  }
}
