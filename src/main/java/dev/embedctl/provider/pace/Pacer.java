package dev.embedctl.provider.pace;

import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.OtherServers;
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

/**
 * Gives the calls of a run their turns at one of its servers, in the order of arrival, when {@link
 * Pace} allows.
 */
public final class Pacer implements OtherServers {
  private final Paces paces;
  private final StopSignal stop;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  /** The waiting calls; only the first one watches the pace, so only it is woken. */
  private final Deque<Condition> line = new ArrayDeque<>();

  /** A pace within these limits; the clock gives nanoseconds, as {@link System#nanoTime} does. */
  public Pacer(
      PaceLimits limits, StopSignal stop, LongSupplier nanoTime, RandomGenerator randomness) {
    this(limits, 1, stop, nanoTime, randomness);
  }

  /** The same for several servers, each with a pace; limits per minute are those of all calls. */
  public Pacer(
      PaceLimits limits,
      int servers,
      StopSignal stop,
      LongSupplier nanoTime,
      RandomGenerator randomness) {
    this.paces = new Paces(limits, servers, randomness);
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
  Optional<Paces.Turn> awaitTurn(long tokens, long requests) throws InterruptedException {
    lock.lock();
    Condition me = lock.newCondition();
    try {
      line.add(me);
      while (!stop.isRaised()) {
        long now = nanoTime.getAsLong();
        boolean first = Objects.equals(line.peek(), me);
        long wait = first ? paces.waitFor(tokens, requests, now) : Pace.UNTIL_ONE_RETURNS;
        if (wait <= 0) {
          return Optional.of(paces.sent(tokens, requests, now));
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
      return paces.textsPerCall();
    } finally {
      lock.unlock();
    }
  }

  /** The server of a turn gets another call in it, which counts against the limits too. */
  void sentToo(Paces.Turn turn, long tokens, long requests) {
    change(() -> paces.of(turn).sentToo(tokens, requests, nanoTime.getAsLong()));
  }

  /** A call with this number of texts was answered. */
  void answered(Paces.Turn turn, int texts, OptionalLong tokens, Quota quota) {
    change(
        () -> {
          long now = nanoTime.getAsLong();
          paces.textsInTime(turn).answered(texts, now - turn.at());
          paces.of(turn).answered(turn.inPace(), tokens, quota, now);
          paces.ended(turn);
          paces.answered(turn);
        });
  }

  /** A call with this number of texts was not answered in time. */
  void timedOut(Paces.Turn turn, int texts) {
    change(
        () -> {
          long now = nanoTime.getAsLong();
          if (paces.of(turn).timedOut(turn.inPace(), now)) {
            paces.textsInTime(turn).timedOut(texts, now - turn.at());
          }
          paces.ended(turn);
        });
  }

  /** A call failed for a reason that does not affect the pace. */
  void failed(Paces.Turn turn) {
    change(
        () -> {
          paces.of(turn).failed(turn.inPace());
          paces.ended(turn);
        });
  }

  /**
   * A call was refused by an overloaded provider.
   *
   * @return whether this is a limit of calls at once, since other calls are admitted
   */
  boolean overloaded(Paces.Turn turn) {
    lock.lock();
    try {
      paces.ended(turn);
      return paces.of(turn).overloaded(turn.inPace(), nanoTime.getAsLong());
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
  Optional<Duration> notReady(Paces.Turn turn, Duration wait) {
    return changeAndCheckWait(
        turn, () -> paces.of(turn).notReady(turn.inPace(), wait, nanoTime.getAsLong()));
  }

  /**
   * A call was refused because of the rate.
   *
   * @return the time without an admitted call until the end of the wait, if it is longer than the
   *     run allows
   */
  Optional<Duration> refused(Paces.Turn turn, Optional<Duration> requested) {
    return changeAndCheckWait(
        turn, () -> paces.of(turn).refused(turn.inPace(), requested, nanoTime.getAsLong()));
  }

  /**
   * The server of a call has failed.
   *
   * @return the time for which it is left out; empty if it is the only one, or left out already
   */
  Optional<Duration> leaveOut(Paces.Turn turn) {
    lock.lock();
    try {
      return Optional.of(paces.leaveOut(turn, nanoTime.getAsLong()))
          .filter(pause -> pause > 0)
          .map(Duration::ofNanos);
    } finally {
      wakeFirst();
      lock.unlock();
    }
  }

  /** Whether each server has been tried, with any result. */
  boolean haveAllBeenTried() {
    lock.lock();
    try {
      return paces.haveAllBeenTried();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a trial before its call; its server is tried later.
   *
   * @return whether there are other servers that are not left out
   */
  boolean passOver(Paces.Turn turn) {
    lock.lock();
    try {
      long unused = paces.leaveOut(turn, nanoTime.getAsLong());
      paces.of(turn).failed(turn.inPace());
      paces.ended(turn);
      return paces.areOpen();
    } finally {
      wakeFirst();
      lock.unlock();
    }
  }

  @Override
  public boolean areOpen() {
    lock.lock();
    try {
      return paces.areOpen();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int number() {
    return paces.servers();
  }

  private Optional<Duration> changeAndCheckWait(Paces.Turn turn, Runnable action) {
    lock.lock();
    try {
      action.run();
      paces.putOff(turn);
      paces.ended(turn);
      wakeFirst();
      return paces.tooLong();
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
