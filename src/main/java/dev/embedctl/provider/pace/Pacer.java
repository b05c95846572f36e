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
  private final TextsInTime textsInTime = new TextsInTime();
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

  /** Texts that one call may have, as far as the provider's slowness says. */
  int textsPerCall() {
    lock.lock();
    try {
      return textsInTime.most();
    } finally {
      lock.unlock();
    }
  }

  /** A call with so many texts was answered with vectors. */
  void answered(Pace.Turn turn, int texts, OptionalLong tokens, Quota quota) {
    change(
        () -> {
          long now = nanoTime.getAsLong();
          textsInTime.answered(texts, now - turn.at());
          pace.answered(turn, tokens, quota, now);
        });
  }

  /** A call with so many texts was not answered in time. */
  void timedOut(Pace.Turn turn, int texts) {
    change(
        () -> {
          long now = nanoTime.getAsLong();
          if (pace.timedOut(turn, now)) {
            textsInTime.timedOut(texts, now - turn.at());
          }
        });
  }

  /** A call failed in a way that says nothing of the pace. */
  void failed(Pace.Turn turn) {
    change(() -> pace.failed(turn));
  }

  /**
   * A call was turned away by a provider that has too much to do.
   *
   * @return whether that is a limit: other calls are admitted
   */
  boolean overloaded(Pace.Turn turn) {
    lock.lock();
    try {
      return pace.overloaded(turn, nanoTime.getAsLong());
    } finally {
      wakeFirst();
      lock.unlock();
    }
  }

  /**
   * A call came before the provider was ready.
   *
   * @return as {@link #refused}
   */
  Optional<Duration> notReady(Pace.Turn turn, Duration wait) {
    return changedPatience(() -> pace.notReady(turn, wait, nanoTime.getAsLong()));
  }

  /**
   * A call was refused for the pace.
   *
   * @return how long the run would have been without an admitted call when the wait is over, where
   *     that is longer than it may be
   */
  Optional<Duration> refused(Pace.Turn turn, Optional<Duration> asked) {
    return changedPatience(() -> pace.refused(turn, asked, nanoTime.getAsLong()));
  }

  private Optional<Duration> changedPatience(Runnable action) {
    lock.lock();
    try {
      action.run();
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
