package dev.embedctl.pipeline;

import dev.embedctl.model.StopSignal;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Interrupts a thread that is blocked in writing to a pipe when the run stops. The thread gets the
 * grace period first. It is only interrupted between {@link #begin} and {@link #end}.
 */
final class WriteInterrupter {
  private final Duration grace;
  private final Thread writer;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean writing;
  private boolean overdue;

  private WriteInterrupter(Duration grace, Thread writer) {
    this.grace = grace;
    this.writer = writer;
  }

  /** Watches the calling thread. */
  static WriteInterrupter watch(StopSignal stop, Duration grace) {
    WriteInterrupter watcher = new WriteInterrupter(grace, Thread.currentThread());
    stop.whenRaised(() -> Thread.ofVirtual().name("grace").start(watcher::freeAfterGrace));
    return watcher;
  }

  private void freeAfterGrace() {
    try {
      Thread.sleep(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // not expected: the process is ending
    }
    lock.lock();
    try {
      overdue = true;
      if (writing) {
        writer.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The thread is about to write. */
  void begin() {
    lock.lock();
    try {
      writing = true;
      if (overdue) {
        writer.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The thread has written; clears an interrupt that was meant for it. */
  void end() {
    lock.lock();
    try {
      writing = false;
      if (overdue) {
        boolean unused = Thread.interrupted();
      }
    } finally {
      lock.unlock();
    }
  }
}
