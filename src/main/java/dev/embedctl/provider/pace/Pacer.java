package dev.embedctl.provider.pace;

import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.Quota;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Lets a run's calls go one after the other, as {@link Pace} says, in the order they came. */
public final class Pacer {
  private final Pace pace;
  private final StopSignal stop;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  /** Who waits for a turn; only the first watches the pace, so only it is woken. */
  private final Deque<Condition> line = new ArrayDeque<>();

  /** A pace within these limits; the clock gives nanoseconds, as {@link System#nanoTime} does. */
  public Pacer(
      PaceLimits limits, StopSignal stop, LongSupplier nanoTime, RandomGenerator randomness) {
    this.pace = new Pace(limits, randomness);
    this.stop = stop;
    this.nanoTime = nanoTime;
    stop.whenRaised(this::wakeAll);
  }

  /**
   * Waits for a call's turn; empty where the run stops first.
   *
   * @param tokens that it has, estimated
   * @param requests that it counts for with the provider
   */
  Optional<Pace.Turn> awaitTurn(long tokens, long requests) throws InterruptedException {
    lock.lock();
    Condition me = lock.newCondition();
    try {
      line.add(me);
      while (!stop.isRaised()) {
        long now = nanoTime.getAsLong();
        boolean first = Objects.equals(line.peek(), me);
        long wait = first ? pace.waitFor(tokens, requests, now) : Pace.UNTIL_ONE_RETURNS;
        if (wait <= 0) {
          return Optional.of(pace.sent(tokens, requests, now));
        }
        if (wait == Pace.UNTIL_ONE_RETURNS) {
          me.await();
        } else {
          long unused = me.awaitNanos(wait);
        }
      }
      return Optional.empty();
    } finally {
      line.remove(me);
      wakeFirst();
      lock.unlock();
    }
  }

  /** A call was answered with vectors. */
  void answered(Pace.Turn turn, OptionalLong tokens, Quota quota) {
    change(() -> pace.answered(turn, tokens, quota, nanoTime.getAsLong()));
  }

  /** A call failed in a way that says nothing of the pace. */
  void failed(Pace.Turn turn) {
    change(() -> pace.failed(turn));
  }

  /** A call was turned away by a provider that has too much to do. */
  void overloaded(Pace.Turn turn) {
    change(() -> pace.overloaded(turn));
  }

  /**
   * A call was refused for the pace.
   *
   * @return how long the run would have been without an admitted call when the wait is over, where
   *     that is longer than it may be
   */
  Optional<Duration> refused(Pace.Turn turn, Optional<Duration> asked) {
    lock.lock();
    try {
      pace.refused(turn, asked, nanoTime.getAsLong());
      wakeFirst();
      return pace.tooLong();
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable action) {
    lock.lock();
    try {
      action.run();
      wakeFirst();
    } finally {
      lock.unlock();
    }
  }

  private void wakeFirst() {
    if (!line.isEmpty()) {
      line.peek().signal();
    }
  }

  private void wakeAll() {
    change(() -> line.forEach(Condition::signal));
  }
}
