package dev.embedctl.cli.console;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Ends the process if a run does not end in time, even if a thread hangs. Its threads are started
 * in advance, since none can be started once the memory is full, and they take no lock that a
 * thread of the run may hold.
 */
final class Watchdog {
  private static final Duration MARGIN = Duration.ofSeconds(1);
  private static final Duration LAST_ACTION = Duration.ofSeconds(1);
  private static final int NOT_STARTED = -1;

  private final IntConsumer halt;
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch due = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger(NOT_STARTED);
  private final AtomicReference<IntConsumer> lastAction = new AtomicReference<>(any -> {});

  Watchdog(IntConsumer halt) {
    this.halt = halt;
  }

  /**
   * Starts the threads.
   *
   * @param grace the time for a run to end
   */
  void watch(Duration grace) {
    watch(grace.plus(MARGIN), LAST_ACTION);
  }

  /** Starts the threads with other times, for tests. */
  void watch(Duration patience, Duration forLastAction) {
    Thread actor = daemon("last-action", this::act);
    daemon("watchdog", () -> end(patience, actor, forLastAction));
  }

  private static Thread daemon(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name).start(work);
  }

  /** Sets the action before the end. It receives the exit code and has one second. */
  void beforeEnd(IntConsumer action) {
    lastAction.set(action);
  }

  /** Starts to count the time; only the first exit code is used. */
  void start(int exitCode) {
    if (code.compareAndSet(NOT_STARTED, exitCode)) {
      started.countDown();
    }
  }

  private void act() {
    try {
      due.await();
      lastAction.get().accept(code.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Duration patience, Thread actor, Duration forLastAction) {
    try {
      started.await();
      Thread.sleep(patience);
      due.countDown();
      actor.join(forLastAction);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // ends the process in any case
    } finally {
      halt.accept(code.get());
    }
  }
}
