package dev.embedctl.cli.batch;

import dev.embedctl.cache.CacheCounts;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cli.batch.BatchPlan.Talk;
import dev.embedctl.cli.console.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says in one line what a run found to be damaged in its cache, once the cache is closed, however
 * the run ended.
 */
final class CacheHealth implements AutoCloseable {
  private final Console console;
  private final Talk talk;
  private Optional<LogCache> watched = Optional.empty();

  CacheHealth(Console console, Talk talk) {
    this.console = console;
    this.talk = talk;
  }

  /** The cache that the run uses. */
  void watch(LogCache cache) {
    watched = Optional.of(cache);
  }

  @Override
  public void close() {
    Optional<CacheCounts> counts = watched.map(LogCache::counts);
    if (talk != Talk.QUIET && counts.isPresent() && !counts.get().sound()) {
      console.say(describe(counts.get()));
    }
  }

  private static String describe(CacheCounts counts) {
    List<String> clauses = new ArrayList<>();
    if (counts.damaged() > 0) {
      clauses.add(
          counts.damaged()
              + (counts.damaged() == 1 ? " vector is lost" : " vectors are lost")
              + " and paid for again when asked for");
    }
    if (!counts.rebuilt().isEmpty()) {
      clauses.add("made anew from the vectors: " + String.join(", ", counts.rebuilt()));
    }
    if (!counts.setAside().isEmpty()) {
      clauses.add("what is not whole is set aside in " + joined(counts.setAside()));
    }
    counts
        .asideFailure()
        .ifPresent(
            why -> clauses.add("it stays where it is, unused, for it cannot be set aside: " + why));
    return "the cache was damaged: " + String.join("; ", clauses) + "; all else is kept";
  }

  private static String joined(List<Path> files) {
    String first = files.getFirst().toString();
    return files.size() == 1 ? first : first + " and " + (files.size() - 1) + " more beside it";
  }
}
