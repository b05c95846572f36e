package dev.embedctl.cli.batch;

import dev.embedctl.cache.CacheCounts;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cli.batch.BatchPlan.Verbosity;
import dev.embedctl.cli.console.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prints one line about damage that a run found in its cache, after the cache is closed, even if
 * the run failed.
 */
final class CacheHealth implements AutoCloseable {
  private final Console console;
  private final Verbosity verbosity;
  private Optional<LogCache> watched = Optional.empty();

  CacheHealth(Console console, Verbosity verbosity) {
    this.console = console;
    this.verbosity = verbosity;
  }

  /** Sets the cache that the run uses. */
  void watch(LogCache cache) {
    watched = Optional.of(cache);
  }

  @Override
  public void close() {
    Optional<CacheCounts> counts = watched.map(LogCache::counts);
    if (verbosity != Verbosity.QUIET && counts.isPresent() && !counts.get().sound()) {
      console.say(describe(counts.get()));
    }
  }

  private static String describe(CacheCounts counts) {
    List<String> clauses = new ArrayList<>();
    if (counts.damaged() > 0) {
      clauses.add(
          counts.damaged()
              + (counts.damaged() == 1 ? " vector is lost" : " vectors are lost")
              + " and will be paid for again when needed");
    }
    if (!counts.rebuilt().isEmpty()) {
      clauses.add("rebuilt from the vectors: " + String.join(", ", counts.rebuilt()));
    }
    if (!counts.setAside().isEmpty()) {
      clauses.add("damaged data is set aside in " + joined(counts.setAside()));
    }
    counts
        .asideFailure()
        .ifPresent(
            why ->
                clauses.add(
                    "damaged data stays in place, unused, because it cannot be set aside: " + why));
    return "the cache was damaged: " + String.join("; ", clauses) + "; everything else is intact";
  }

  private static String joined(List<Path> files) {
    String first = files.getFirst().toString();
    return files.size() == 1
        ? first
        : first + " and " + (files.size() - 1) + " more in the same folder";
  }
}
