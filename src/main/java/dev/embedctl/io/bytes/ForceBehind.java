package dev.embedctl.io.bytes;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Forces the written bytes of a file to the disk while more are written, one force at a time, so
 * that the end of a large output does not wait for all of them. A file that stays small starts no
 * thread. One thread uses it.
 */
final class ForceBehind {
  static final long BYTES_BETWEEN = 64 << 20;

  /** Forces the bytes that are written so far. */
  @FunctionalInterface
  interface Force {
    void run() throws IOException;
  }

  private final Force force;
  private Future<Boolean> running = CompletableFuture.completedFuture(true);
  private long unforced;

  ForceBehind(Force force) {
    this.force = force;
  }

  /**
   * Reports that bytes were written.
   *
   * @throws IOException if the disk did not take earlier ones
   */
  void wrote(long bytes) throws IOException {
    unforced += bytes;
    if (unforced >= BYTES_BETWEEN && running.isDone()) {
      settle();
      unforced = 0;
      FutureTask<Boolean> next =
          new FutureTask<>(
              () -> {
                force.run();
                return true;
              });
      Thread.ofPlatform().daemon().name("output-force").start(next);
      running = next;
    }
  }

  /**
   * Waits for the force under way.
   *
   * @throws IOException if it failed: the system reports a failure once, so that a later force
   *     would succeed although bytes are lost
   */
  void settle() throws IOException {
    try {
      boolean unused = running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it was forced to the disk");
    } catch (ExecutionException e) {
      throw new IOException("the disk did not take it: " + e.getCause().getMessage(), e.getCause());
    }
  }
}
