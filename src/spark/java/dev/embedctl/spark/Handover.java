package dev.embedctl.spark;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.Vector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Texts on their way from the thread of a task to the engine, and vectors on their way back. Only
 * the thread of the task touches what Spark gave it. Both directions are bounded: texts wait while
 * there are enough of them, and a request keeps its permit until there is room for its vectors.
 */
final class Handover {
  private static final int TEXTS = 1000;
  private static final int VECTORS = 1000;

  /** Spark may kill a task without a signal, so it is asked once a second. */
  private static final long LOOK_AROUND = Duration.ofSeconds(1).toNanos();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<String> texts = new ArrayDeque<>();
  private final Deque<Paid> paid = new ArrayDeque<>();
  private boolean noMoreTexts;
  private boolean ended;

  /** A vector that was paid for, with the calls and tokens that no vector before it contains. */
  record Paid(CacheKey key, Vector vector, CallCounter.Charge charge) {}

  /**
   * The next vector; empty at the end. Passes on texts while it waits. For the thread of the task.
   *
   * @param source the texts of the task
   * @param killed whether Spark wants the task to end
   * @throws InterruptedException also if the task is killed
   */
  Optional<Paid> next(Iterator<String> source, BooleanSupplier killed) throws InterruptedException {
    while (wantsText(killed)) {
      add(source.hasNext() ? Optional.of(source.next()) : Optional.empty());
    }
    lock.lock();
    try {
      Optional<Paid> next = Optional.ofNullable(paid.poll());
      changed.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a vector, for room for a text, or for the end; whether there is room. */
  private boolean wantsText(BooleanSupplier killed) throws InterruptedException {
    lock.lock();
    try {
      long remaining = LOOK_AROUND;
      while (paid.isEmpty() && !ended) {
        if (killed.getAsBoolean()) {
          throw new InterruptedException("the task was killed");
        }
        if (!noMoreTexts && texts.size() < TEXTS) {
          return true;
        }
        remaining = changed.awaitNanos(remaining > 0 ? remaining : LOOK_AROUND);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a text, or that there is none any more. */
  private void add(Optional<String> text) {
    lock.lock();
    try {
      text.ifPresent(texts::add);
      noMoreTexts |= text.isEmpty();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Adds the vectors of a request, when there is room. For the threads of the engine. */
  void put(List<Paid> vectors) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (paid.size() >= VECTORS && !ended) {
        changed.await();
      }
      paid.addAll(vectors);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The engine has ended, or the task has: nobody waits any more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      noMoreTexts = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The texts, for the engine's thread that reads; it waits for them. */
  Iterator<String> texts() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        lock.lock();
        try {
          while (texts.isEmpty() && !noMoreTexts) {
            changed.awaitUninterruptibly();
          }
          return !texts.isEmpty();
        } finally {
          lock.unlock();
        }
      }

      @Override
      public String next() {
        lock.lock();
        try {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          String text = texts.remove();
          changed.signalAll();
          return text;
        } finally {
          lock.unlock();
        }
      }
    };
  }
}
