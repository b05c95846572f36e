package dev.embedctl.provider.pace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * So many units in any window of a length and no more, spread over it evenly: after a call of n
 * units the next one waits n units' share of the window. A call that alone is more than a window's
 * units is sent when nothing else counts. Times are nanoseconds. Not safe for many threads at once.
 */
final class WindowLimit {
  /** Calls count for a little longer, since they do not all take equally long to arrive. */
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

  /** Units that a call took; how many is known for sure only when it has returned. */
  static final class Spent {
    private final long at;
    private long units;
    private boolean counts = true;

    private Spent(long at, long units) {
      this.at = at;
      this.units = units;
    }
  }

  /** Nanoseconds until a call of so many units may be sent. */
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

  /** A call of so many units is sent. */
  Spent spend(long asked, long now) {
    Spent call = new Spent(now, asked);
    spent.add(call);
    sum += asked;
    return call;
  }

  /** A call turned out to take so many units. */
  void correct(Spent call, long actual) {
    if (call.counts) {
      sum += actual - call.units;
    }
    call.units = actual;
  }
}
