package dev.embedctl.cli.batch;

import dev.embedctl.cache.CaffeineCache;
import dev.embedctl.cache.FreshOnly;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.NoCache;
import dev.embedctl.cache.TemporaryCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.cli.batch.BatchPlan.Verbosity;
import dev.embedctl.cli.console.Console;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.StopSignal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Opens the cache that a plan names. */
final class RunCache {
  private final BatchPlan plan;
  private final Console console;
  private final StopSignal stop;

  /**
   * The cache of a plan's run.
   *
   * @param stop ends the wait for maintenance of the cache
   */
  RunCache(BatchPlan plan, Console console, StopSignal stop) {
    this.plan = plan;
    this.console = console;
    this.stop = stop;
  }

  /** Opens the cache; closing it is left to the caller. */
  VectorCache open(EmbeddingSpec spec, CacheHealth health) {
    TemporaryCache.removeAbandoned(plan.cache().temporary());
    if (plan.cache().folder().isEmpty()) {
      return new CaffeineCache(
          TemporaryCache.open(plan.cache().temporary(), spec, InstantSource.system()),
          CaffeineCache.USUAL_BYTES);
    }
    Optional<LogCache> opened = openLog(plan.cache().folder().get(), spec);
    if (opened.isEmpty()) {
      return new NoCache(); // after a signal, the run ends before it sends anything
    }
    LogCache log = opened.get();
    health.watch(log);
    return switch (plan.cache().use()) {
      case EVERYTHING -> log;
      case THIS_RUN -> FreshOnly.of(log);
    };
  }

  /** The cache's log, once no maintenance uses it; empty if a signal ended the wait. */
  private Optional<LogCache> openLog(Path folder, EmbeddingSpec spec) {
    Thread waiter = Thread.currentThread();
    AtomicBoolean waiting = new AtomicBoolean(true);
    LockTerms terms =
        new LockTerms(
            plan.cache().user(),
            plan.cache().patience(),
            holder -> {
              if (plan.verbosity() != Verbosity.QUIET) {
                console.say(holder);
              }
              stop.whenRaised(
                  () -> {
                    if (waiting.get()) {
                      waiter.interrupt();
                    }
                  });
            });
    try {
      InstantSource clock = InstantSource.system();
      return Optional.of(
          switch (plan.pipeline().onMiss()) {
            case CALL -> LogCache.open(folder, spec, terms, clock);
            case FAIL -> LogCache.openReadOnly(folder, spec, terms, clock);
          });
    } catch (RunFailed e) {
      if (stop.isRaised()) {
        return Optional.empty();
      }
      throw e;
    } finally {
      waiting.set(false);
      boolean unused = Thread.interrupted(); // the interrupt was for the wait only
    }
  }
}
