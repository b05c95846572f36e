package dev.embedctl.cli.options;

import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.service.UserFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the cache that embedding commands share. */
public final class CacheOptions {
  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "The cache. Default: the user's cache folder.")
  Path cache;

  @Option(names = "--no-cache", description = "Neither look up nor store vectors.")
  boolean noCache;

  @Option(names = "--cache-only", description = "Never call: a text not in the cache is an error.")
  boolean cacheOnly;

  @Option(
      names = "--cache-wait",
      paramLabel = "D",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "Longest wait while maintenance locks the cache. Default: 30s.")
  Duration cacheWait;

  /** Whether a folder was given. */
  public boolean namesFolder() {
    return cache != null;
  }

  /** Whether the command does without a cache. */
  public boolean areOff() {
    return noCache;
  }

  /** The treatment of a text that is not in the cache. */
  public OnMiss onMiss() {
    return cacheOnly ? OnMiss.FAIL : OnMiss.CALL;
  }

  /** The folder of the cache; empty where the command does without one. */
  public Optional<Path> folder(Map<String, String> env) {
    return noCache
        ? Optional.empty()
        : Optional.ofNullable(cache).or(() -> Optional.of(UserFolders.cache(env)));
  }

  /** The longest wait for a lock. */
  public Duration longestWait() {
    return cacheWait;
  }
}
