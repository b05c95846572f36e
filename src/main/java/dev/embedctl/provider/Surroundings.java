package dev.embedctl.provider;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The environment and the folders that providers use besides their settings.
 *
 * @param environment environment variables: keys, proxies, certificates
 * @param installation the folder of an installation, whose {@code models} folder holds the default
 *     model
 * @param catalogFile the user's own {@code catalog.json}, which may not exist
 * @param modelsFolder the folder of models that the user fetched, which may not exist
 * @param measurementsFolder the folder of what was measured of models on this machine, which may
 *     not exist
 */
public record Surroundings(
    Map<String, String> environment,
    Path installation,
    Optional<Path> catalogFile,
    Optional<Path> modelsFolder,
    Optional<Path> measurementsFolder) {
  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Whether the environment has a key under a name. */
  public boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isBlank();
  }
}
