package dev.embedctl.cache.files;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Forces written data about once a second on another thread, so that a power cut loses little, and
 * the end of a run does not wait for a long write-back.
 */
public final class Forcer {
  private static final long SECONDS_BETWEEN = 1;

  private final OwnedThread.Task<Boolean> force;
  private final ScheduledExecutorService executor;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile Optional<IOException> failure = Optional.empty();

  public Forcer(OwnedThread.Task<Boolean> force) {
    this.force = force;
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("embedctl-cache-force").daemon(true).factory());
  }

  /** Reports that data was written. */
  public void wake() {
    if (!started.getAndSet(true)) {
      var unused =
          executor.scheduleWithFixedDelay(
              this::forceOnce, SECONDS_BETWEEN, SECONDS_BETWEEN, TimeUnit.SECONDS);
    }
  }

  /** Stops; a running force ends before the log's own last force. */
  public void end() {
    executor.shutdown();
  }

  /** Throws an earlier failure, which another force cannot repair. */
  public void rethrowFailure() throws IOException {
    if (failure.isPresent()) {
      throw new IOException("the disk did not accept the written data", failure.get());
    }
  }

  private void forceOnce() {
    try {
      force.run();
    } catch (IOException e) {
      failure = Optional.of(e);
    } catch (RuntimeException | Error e) {
      failure = Optional.of(new IOException("the thread that forces data failed: " + e, e));
      throw e;
    }
  }
}
