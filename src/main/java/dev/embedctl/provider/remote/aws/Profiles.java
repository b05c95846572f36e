package dev.embedctl.provider.remote.aws;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The profiles in AWS's shared files {@code config} and {@code credentials}. Source:
 * docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
 */
final class Profiles {
  private static final Pattern SECTION = Pattern.compile("\\[\\s*([^\\]]*?)\\s*\\]\\s*(?:[#;].*)?");
  private static final Pattern OF_CONFIG = Pattern.compile("(?:profile\\s+)(.+)|(default)");
  private static final Pattern SESSION = Pattern.compile("sso-session\\s+(.+)");
  private static final Pattern COMMENT_BEHIND = Pattern.compile("\\s[#;].*$");

  private final List<Path> files;
  private final Map<String, Map<String, String>> profiles = new TreeMap<>();
  private final Map<String, Map<String, String>> sessions = new HashMap<>();

  private Profiles(List<Path> files) {
    this.files = files;
  }

  /**
   * Reads the files; one that does not exist has no profiles.
   *
   * @throws Usage if one cannot be read; the message names file and line
   */
  static Profiles in(Optional<Path> config, Optional<Path> credentials) {
    Profiles read = new Profiles(Stream.of(config, credentials).flatMap(Optional::stream).toList());
    config.ifPresent(file -> read.read(file, (name) -> read.sectionOfConfig(name)));
    // The credentials file has precedence over the other one.
    credentials.ifPresent(
        file ->
            read.read(file, name -> read.profiles.computeIfAbsent(name, any -> new HashMap<>())));
    return read;
  }

  private Map<String, String> sectionOfConfig(String name) {
    Matcher profile = OF_CONFIG.matcher(name.replaceAll("[\"']", ""));
    if (profile.matches()) {
      String named = profile.group(1) == null ? profile.group(2) : profile.group(1);
      return profiles.computeIfAbsent(named, any -> new HashMap<>());
    }
    Matcher session = SESSION.matcher(name);
    return session.matches()
        ? sessions.computeIfAbsent(session.group(1), any -> new HashMap<>())
        : new HashMap<>(); // of another kind
  }

  /** Finds the values of the section with a name. */
  @FunctionalInterface
  private interface Sections {
    Map<String, String> named(String name);
  }

  private void read(Path file, Sections sections) {
    Optional<Map<String, String>> section = Optional.empty();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      if (line.isBlank() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (Character.isWhitespace(line.charAt(0))) {
        continue; // belongs to the value above, which is a group of settings for a service
      }
      Matcher head = SECTION.matcher(line);
      int equals = line.indexOf('=');
      if (head.matches()) {
        section = Optional.of(sections.named(head.group(1)));
      } else if (equals > 0 && section.isPresent()) {
        String value = COMMENT_BEHIND.matcher(line.substring(equals + 1)).replaceAll("");
        section.get().put(line.substring(0, equals).strip(), value.strip());
      } else {
        throw new Usage(
            file
                + ":"
                + number
                + ": neither a [section] nor a setting of one such as region = us-east-1");
      }
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new Usage(file + " cannot be read: " + e.getMessage());
    }
  }

  /** The profile with a name, if there is one. */
  Optional<Profile> get(String name) {
    return Optional.ofNullable(profiles.get(name)).map(values -> section(name, values));
  }

  /** The SSO session with a name, if there is one. */
  Optional<Profile> session(String name) {
    return Optional.ofNullable(sessions.get(name)).map(values -> section(name, values));
  }

  private Profile section(String name, Map<String, String> values) {
    return new Profile(name, places(), values);
  }

  /** The files, for messages. */
  String places() {
    return files.stream().map(Path::toString).collect(Collectors.joining(" and "));
  }

  /** The names of all profiles and the most similar one, for a message about a missing one. */
  String hint(String missing) {
    return NameHint.among(missing, profiles.keySet());
  }
}
