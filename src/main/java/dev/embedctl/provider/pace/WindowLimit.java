package dev.embedctl.provider.pace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Limits the units in any window of time, and spreads them evenly: after a call with n units the
 * next call waits for the share of n units in the window. A call with more units than the limit is
 * sent when no other call counts. Times are nanoseconds. Not thread-safe.
 */
final class WindowLimit {
  /** Calls count a little longer than the window, since their travel times differ. */
  private static final long MOST_SLACK = Duration.ofMillis(500).toNanos();

  private final long units;
  private final long length;
  private final long counting;
  private final Deque<Spent> spent = new ArrayDeque<>();
  private long sum;

  WindowLimit(long units, Duration length) {
    this.units = units;
    this.length = length.toNanos();
    this.counting = this.length + Math.min(this.length / 25, MOST_SLACK);
  }

  /** The units of a call; they are corrected when it returns. */
  static final class Spent {
    private final long at;
    private long units;
    private boolean counts = true;

    private Spent(long at, long units) {
      this.at = at;
      this.units = units;
    }
  }

  /** The nanoseconds until a call with this number of units may be sent. */
  long waitFor(long asked, long now) {
    while (!spent.isEmpty() && now - spent.peek().at >= counting) {
      Spent past = spent.poll();
      past.counts = false;
      sum -= past.units;
    }
    if (spent.isEmpty()) {
      return 0;
    }
    Spent last = spent.getLast();
    long spread = last.at + (long) ((double) length * last.units / units) - now;
    return Math.max(Math.min(spread, last.at + counting - now), untilRoomFor(asked, now));
  }

  private long untilRoomFor(long asked, long now) {
    long over = sum + asked - units;
    long wait = 0;
    for (Spent each : spent) {
      if (over <= 0) {
        break;
      }
      over -= each.units;
      wait = each.at + counting - now;
    }
    return wait;
  }

  /** A call with this number of units is sent. */
  Spent spend(long asked, long now) {
    Spent call = new Spent(now, asked);
    spent.add(call);
    sum += asked;
    return call;
  }

  /** Corrects the units of a call. */
  void correct(Spent call, long actual) {
    if (call.counts) {
      sum += actual - call.units;
    }
    call.units = actual;
  }
}
