package dev.embedctl.cli.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The places where settings can be, and the commands that have settings.
 *
 * @param env the environment variables
 * @param usersFile the file that is read by default, if it exists; empty if the user has no config
 *     folder
 * @param commands creates all commands
 * @param keyVariable the variable that holds a provider's key, by the provider's name
 */
public record ConfigSources(
    Map<String, String> env,
    Optional<Path> usersFile,
    Supplier<Stream<Object>> commands,
    Function<String, Optional<String>> keyVariable) {

  private static final int SHORTEST_KEY =
      8; // the value of a variable such as SORT_KEY is no secret

  public ConfigSources {
    env = Map.copyOf(env);
    Objects.requireNonNull(usersFile);
    Objects.requireNonNull(commands);
    Objects.requireNonNull(keyVariable);
  }

  /** Whether the environment has a variable that is not blank. */
  boolean has(String variable) {
    return !env.getOrDefault(variable, "").isBlank();
  }

  /** Whether a value contains a key from the environment. */
  boolean holdsKey(String value) {
    return env.entrySet().stream()
        .filter(variable -> KeyGuard.namesKey(variable.getKey()))
        .map(variable -> variable.getValue().strip())
        .anyMatch(key -> key.length() >= SHORTEST_KEY && value.contains(key));
  }
}
