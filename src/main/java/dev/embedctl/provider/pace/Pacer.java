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

/** Gives the calls of a run their turns, in the order of arrival, when {@link Pace} allows. */
public final class Pacer {
  private final Pace pace;
  private final StopSignal stop;
  private final LongSupplier nanoTime;
  private final TextsInTime textsInTime = new TextsInTime();
  private final ReentrantLock lock = new ReentrantLock();

  /** The waiting calls; only the first one watches the pace, so only it is woken. */
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
   * Waits for a call's turn; empty if the run stops first.
   *
   * @param tokens its estimated tokens
   * @param requests the requests that the provider counts for it
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

  /** The most texts that a slow provider embeds within the timeout of one call. */
  int textsPerCall() {
    lock.lock();
    try {
      return textsInTime.most();
    } finally {
      lock.unlock();
    }
  }

  /** A call with this number of texts was answered. */
  void answered(Pace.Turn turn, int texts, OptionalLong tokens, Quota quota) {
    change(
        () -> {
          long now = nanoTime.getAsLong();
          textsInTime.answered(texts, now - turn.at());
          pace.answered(turn, tokens, quota, now);
        });
  }

  /** A call with this number of texts was not answered in time. */
  void timedOut(Pace.Turn turn, int texts) {
    change(
        () -> {
          long now = nanoTime.getAsLong();
          if (pace.timedOut(turn, now)) {
            textsInTime.timedOut(texts, now - turn.at());
          }
        });
  }

  /** A call failed for a reason that does not affect the pace. */
  void failed(Pace.Turn turn) {
    change(() -> pace.failed(turn));
  }

  /**
   * A call was refused by an overloaded provider.
   *
   * @return whether this is a limit of calls at once, since other calls are admitted
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
   * The provider is not ready.
   *
   * @return as {@link #refused}
   */
  Optional<Duration> notReady(Pace.Turn turn, Duration wait) {
    return changeAndCheckWait(() -> pace.notReady(turn, wait, nanoTime.getAsLong()));
  }

  /**
   * A call was refused because of the rate.
   *
   * @return the time without an admitted call until the end of the wait, if it is longer than the
   *     run allows
   */
  Optional<Duration> refused(Pace.Turn turn, Optional<Duration> requested) {
    return changeAndCheckWait(() -> pace.refused(turn, requested, nanoTime.getAsLong()));
  }

  private Optional<Duration> changeAndCheckWait(Runnable action) {
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
