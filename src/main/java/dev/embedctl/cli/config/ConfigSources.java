package dev.embedctl.cli.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Where settings may come from, and for whom they may be.
 *
 * @param env the environment variables
 * @param usersFile the file that is read where none is named, if it exists; empty where the user
 *     has no config folder
 * @param commands all commands, made when they are asked for
 * @param keyVariable the variable that holds a provider's key, by the provider's name
 */
public record ConfigSources(
    Map<String, String> env,
    Optional<Path> usersFile,
    Supplier<Stream<Object>> commands,
    Function<String, Optional<String>> keyVariable) {

  private static final int SHORTEST_KEY = 8; // a variable called SORT_KEY is not a secret's

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

  /** Whether a value holds a key that the environment has. */
  boolean holdsKey(String value) {
    return env.entrySet().stream()
        .filter(variable -> KeyGuard.namesKey(variable.getKey()))
        .map(variable -> variable.getValue().strip())
        .anyMatch(key -> key.length() >= SHORTEST_KEY && value.contains(key));
  }
}
