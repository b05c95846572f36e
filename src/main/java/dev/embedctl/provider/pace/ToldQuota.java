package dev.embedctl.provider.pace;

import dev.embedctl.provider.Quota;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A quota as the provider's headers give it: what is left is spread evenly until all of it is there
 * again. A window's calls are spent just when it ends; a bucket settles half full, where it refills
 * as fast as it is emptied.
 *
 * <p>Some headers give the length of a sliding window instead of the time until it is over: theirs
 * does not change while time passes and units are used up. Once that is seen, the calls keep to as
 * many units in any such window as the limit is. Times are nanoseconds. Not safe for many threads
 * at once.
 */
final class ToldQuota {
  /**
   * A quota that comes back later than that is of another kind than pace: it is left to refusals.
   */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** How far a time may change and still count as the same. */
  private static final double SAME = 0.05;

  /** The time and the units that must have gone by while a time stayed the same. */
  private static final double PART_OF_TIME = 0.5;

  private static final double PART_OF_UNITS = 0.25;

  private final Deque<Sent> sent = new ArrayDeque<>();
  private Optional<WindowLimit> sliding = Optional.empty();
  private long unitInterval;
  private long longestWait;
  private long resetAt;
  private long same;
  private long sameSince;
  private long mostLeft;
  private long leastLeft;

  /** A call that was sent. */
  private record Sent(long at, long units) {}

  /** The headers of a reply give it, while so many units are in flight that it may not know of. */
  void told(Optional<Quota.Left> quota, long unitsInFlight, long now) {
    quota.ifPresent(
        left ->
            left.reset()
                .filter(reset -> reset.compareTo(LONGEST) <= 0)
                .ifPresent(reset -> told(left, reset.toNanos(), unitsInFlight, now)));
  }

  private void told(Quota.Left left, long reset, long unitsInFlight, long now) {
    longestWait = reset;
    unitInterval = reset / Math.max(1, left.remaining() - unitsInFlight);
    resetAt = now + reset;
    if (Math.abs(reset - same) > SAME * same || same == 0) {
      same = reset;
      sameSince = now;
      mostLeft = left.remaining();
      leastLeft = left.remaining();
      sliding = Optional.empty();
    }
    mostLeft = Math.max(mostLeft, left.remaining());
    leastLeft = Math.min(leastLeft, left.remaining());
    if (sliding.isEmpty() && left.limit().isPresent() && isALength(left.limit().getAsLong(), now)) {
      sliding = Optional.of(window(left.limit().getAsLong(), now));
    }
  }

  /** Whether the time stayed the same while both a window and a bucket would have changed it. */
  private boolean isALength(long limit, long now) {
    return limit > 0
        && now - sameSince >= PART_OF_TIME * same
        && mostLeft - leastLeft >= PART_OF_UNITS * limit;
  }

  private WindowLimit window(long limit, long now) {
    WindowLimit window = new WindowLimit(limit, Duration.ofNanos(same));
    sent.stream()
        .filter(each -> now - each.at() < same)
        .forEach(each -> window.spend(each.units(), each.at()));
    sent.clear();
    return window;
  }

  /** A call of so many units is sent. */
  void sent(long units, long now) {
    if (sliding.isPresent()) {
      sliding.get().spend(units, now);
      return;
    }
    while (!sent.isEmpty() && now - sent.peek().at() > longestWait) {
      sent.poll();
    }
    sent.add(new Sent(now, units));
  }

  /** Nanoseconds from now until a call of so many units may be sent, after one that was sent. */
  long waitFor(long units, long lastSent, long now) {
    if (sliding.isPresent()) {
      return sliding.get().waitFor(units, now);
    }
    return resetAt - now <= 0
        ? 0
        : lastSent + (long) Math.min((double) unitInterval * units, (double) longestWait) - now;
  }
}
