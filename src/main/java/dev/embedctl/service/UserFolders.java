package dev.embedctl.service;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.Surroundings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a user's files lie when no option says so. */
public final class UserFolders {
  private static final String NAME = "embedctl";

  private UserFolders() {}

  /**
   * The cache's folder: {@code $XDG_CACHE_HOME/embedctl}, else what the system uses for caches.
   *
   * @throws EmbedctlException.Usage where the user has no home
   */
  public static Path cache(Map<String, String> env) {
    return caches(env)
        .orElseThrow(
            () ->
                new EmbedctlException.Usage(
                    "there is no home folder for the cache; set "
                        + Parameter.CACHE
                        + " FOLDER or "
                        + Parameter.NO_CACHE));
  }

  private static Optional<Path> caches(Map<String, String> env) {
    if (says(env, "XDG_CACHE_HOME")) {
      return Optional.of(Path.of(env.get("XDG_CACHE_HOME"), NAME));
    }
    if (system().startsWith("windows") && env.containsKey("LOCALAPPDATA")) {
      return Optional.of(Path.of(env.get("LOCALAPPDATA"), NAME, "cache"));
    }
    Path below =
        system().startsWith("mac") ? Path.of("Library", "Caches", NAME) : Path.of(".cache", NAME);
    return home(env).map(home -> home.resolve(below));
  }

  /**
   * The folder of what {@code embedctl warmup} measures of local models, beside its start-up cache;
   * empty where the user has no home.
   */
  public static Optional<Path> measurements(Map<String, String> env) {
    return caches(env).map(folder -> folder.resolve("startup").resolve("local-models"));
  }

  /**
   * The folder of what the user set up: {@code $XDG_CONFIG_HOME/embedctl}, else what the system
   * uses for that; empty where the user has no home.
   */
  public static Optional<Path> config(Map<String, String> env) {
    if (says(env, "XDG_CONFIG_HOME")) {
      return Optional.of(Path.of(env.get("XDG_CONFIG_HOME"), NAME));
    }
    if (system().startsWith("windows") && env.containsKey("APPDATA")) {
      return Optional.of(Path.of(env.get("APPDATA"), NAME));
    }
    Path below =
        system().startsWith("mac")
            ? Path.of("Library", "Application Support", NAME)
            : Path.of(".config", NAME);
    return home(env).map(home -> home.resolve(below));
  }

  /**
   * The folder of models that the user fetched: {@code $XDG_DATA_HOME/embedctl/models}, else what
   * the system uses for data; empty where the user has no home. {@code embedctl models pull} fills
   * it.
   */
  public static Optional<Path> models(Map<String, String> env) {
    if (says(env, "XDG_DATA_HOME")) {
      return Optional.of(Path.of(env.get("XDG_DATA_HOME"), NAME, "models"));
    }
    if (system().startsWith("windows") && env.containsKey("LOCALAPPDATA")) {
      return Optional.of(Path.of(env.get("LOCALAPPDATA"), NAME, "models"));
    }
    Path below =
        system().startsWith("mac")
            ? Path.of("Library", "Application Support", NAME, "models")
            : Path.of(".local", "share", NAME, "models");
    return home(env).map(home -> home.resolve(below));
  }

  /**
   * What providers find in the usual places.
   *
   * @param installation the folder of an installation
   */
  public static Surroundings surroundings(Map<String, String> env, Path installation) {
    return new Surroundings(
        env,
        installation,
        config(env).map(folder -> folder.resolve("catalog.json")),
        models(env),
        measurements(env));
  }

  private static boolean says(Map<String, String> env, String variable) {
    return !env.getOrDefault(variable, "").isBlank();
  }

  private static String system() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }

  private static Optional<Path> home(Map<String, String> env) {
    return Stream.of(env.getOrDefault("HOME", ""), System.getProperty("user.home", ""))
        .filter(folder -> !folder.isBlank() && !folder.equals("?"))
        .findFirst()
        .map(Path::of);
  }
}
