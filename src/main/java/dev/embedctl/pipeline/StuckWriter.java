package dev.embedctl.pipeline;

import dev.embedctl.model.StopSignal;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frees a thread that writes to a pipe whose reader stands still, when the run stops: it gets the
 * grace, and is then interrupted, which its channel tells it at once.
 */
final class StuckWriter {
  private final StopSignal stop;
  private final Duration grace;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean writing = true;

  private StuckWriter(StopSignal stop, Duration grace) {
    this.stop = stop;
    this.grace = grace;
  }

  /** Watches the calling thread until it says that it has {@link #done} writing. */
  static StuckWriter watch(StopSignal stop, Duration grace) {
    StuckWriter watcher = new StuckWriter(stop, grace);
    Thread writer = Thread.currentThread();
    stop.whenRaised(
        () -> Thread.ofVirtual().name("grace").start(() -> watcher.freeAfterGrace(writer)));
    return watcher;
  }

  private void freeAfterGrace(Thread writer) {
    try {
      Thread.sleep(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // nobody does that: the process ends
    }
    lock.lock();
    try {
      if (writing) {
        writer.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The thread writes no more; an interrupt that was meant for its writing is taken back. */
  void done() {
    lock.lock();
    try {
      writing = false;
      if (stop.isRaised()) {
        boolean unused = Thread.interrupted();
      }
    } finally {
      lock.unlock();
    }
  }
}
