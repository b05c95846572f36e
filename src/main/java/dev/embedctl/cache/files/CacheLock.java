package dev.embedctl.cache.files;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.UtcTime;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The lock of a cache folder, held until it is closed or the process dies. */
public final class CacheLock implements AutoCloseable {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
  private static final String THREAD = "embedctl-cache-lock";

  private final LockFile file;
  private final LockFile.Use use;
  private final AtomicBoolean released = new AtomicBoolean();

  private CacheLock(LockFile file, LockFile.Use use) {
    this.file = file;
    this.use = use;
  }

  /**
   * Locks an existing folder, and waits for it as long as the terms allow.
   *
   * @throws RunFailed if others still hold it, or this thread is interrupted; the interrupt is set
   *     again
   */
  public static CacheLock acquire(Path folder, LockFile.Use use, LockTerms terms)
      throws IOException {
    long start = System.nanoTime();
    String body = body(terms);
    boolean waiting = false;
    while (true) {
      LockFile.Attempt attempt =
          OwnedThread.once(THREAD, () -> LockFile.tryLock(folder, use, body));
      if (attempt.held().isPresent()) {
        return new CacheLock(attempt.held().get(), use);
      }
      if (System.nanoTime() - start >= terms.patience().toNanos()) {
        throw refusal(folder, attempt, terms.patience());
      }
      if (!waiting) {
        waiting = true;
        terms.onWait().accept(describe(folder, attempt) + ", waiting for it");
      }
      pause(folder);
    }
  }

  /**
   * Tries to take a place of the lock's file exclusively, while this lock is held. On a thread that
   * is never interrupted.
   */
  public Optional<FileLock> tryPlace(long place) throws IOException {
    return file.tryPlace(place);
  }

  /** Releases the lock. */
  @Override
  public void close() {
    if (!released.getAndSet(true)) {
      try {
        OwnedThread.once(
            THREAD,
            () -> {
              file.unlock(use);
              return true;
            });
      } catch (IOException e) {
        // The system releases the lock when the process ends.
        return;
      }
    }
  }

  private static void pause(Path folder) {
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailed("interrupted while waiting for the cache " + folder, e);
    }
  }

  private static RunFailed refusal(Path folder, LockFile.Attempt attempt, Duration patience) {
    return new RunFailed(
        describe(folder, attempt)
            + ", and still is after "
            + patience.toMillis() / 1000.0
            + " s: wait longer with "
            + Parameter.CACHE_WAIT
            + ", use another "
            + Parameter.CACHE
            + ", or stop that process");
  }

  private static String describe(Path folder, LockFile.Attempt attempt) {
    String holder = attempt.holder().strip().replaceAll("\\s*\\R\\s*", ", ");
    String who =
        switch (attempt.blocker()) {
          case HOLDER -> holder.isEmpty() ? "unknown" : holder;
          case READERS -> "which only reads it";
        };
    return "the cache " + folder + " is in use by another process (" + who + ")";
  }

  private static String body(LockTerms terms) {
    ProcessHandle self = ProcessHandle.current();
    Instant started = self.info().startInstant().orElseGet(Instant::now);
    // Not a format: its decimal symbols take 5 ms, a tenth of a short run's own time.
    return String.join(
            System.lineSeparator(),
            "pid " + self.pid(),
            "command " + terms.command(),
            "started " + UtcTime.text(started.truncatedTo(ChronoUnit.SECONDS)))
        + System.lineSeparator();
  }
}
