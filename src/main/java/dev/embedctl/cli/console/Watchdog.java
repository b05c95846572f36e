package dev.embedctl.cli.console;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Ends the process where a run does not end by itself in time, whatever thread of it hangs. Its
 * threads wait from the beginning, for none can be begun once the memory is full, and they take no
 * lock that a run's thread may hold.
 */
final class Watchdog {
  private static final Duration MARGIN = Duration.ofSeconds(1);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final int NOT_BARKING = -1;

  private final IntConsumer halt;
  private final CountDownLatch barked = new CountDownLatch(1);
  private final CountDownLatch due = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger(NOT_BARKING);
  private final AtomicReference<IntConsumer> lastWords = new AtomicReference<>(any -> {});

  Watchdog(IntConsumer halt) {
    this.halt = halt;
  }

  /**
   * Begins to wait.
   *
   * @param grace how long a run may take to end
   */
  void watch(Duration grace) {
    watch(grace.plus(MARGIN), LAST_WORDS);
  }

  /** The same with times of a test's own. */
  void watch(Duration patience, Duration forLastWords) {
    Thread speaker = daemon("last-words", this::speak);
    daemon("watchdog", () -> end(patience, speaker, forLastWords));
  }

  private static Thread daemon(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name).start(work);
  }

  /** What is written and said before the end, in at most a second; gets the exit code. */
  void lastWords(IntConsumer words) {
    lastWords.set(words);
  }

  /** From now on the run's time is counted; only the first exit code counts. */
  void bark(int exitCode) {
    if (code.compareAndSet(NOT_BARKING, exitCode)) {
      barked.countDown();
    }
  }

  private void speak() {
    try {
      due.await();
      lastWords.get().accept(code.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Duration patience, Thread speaker, Duration forLastWords) {
    try {
      barked.await();
      Thread.sleep(patience);
      due.countDown();
      speaker.join(forLastWords);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; the end comes all the same
    } finally {
      halt.accept(code.get());
    }
  }
}
