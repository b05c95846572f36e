package dev.embedctl.provider.pace;

import dev.embedctl.provider.Quota;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A quota as reported by the provider's headers: the units that are left are spread evenly over the
 * time until the quota is full again. So the units of a fixed window are used up just when it ends,
 * and a token bucket stays half full.
 *
 * <p>Some headers report the length of a sliding window instead of the time until it ends. This is
 * noticed because the value stays the same while time passes and units are used. Then the calls
 * respect the limit in any window of this length. Times are nanoseconds. Not thread-safe.
 */
final class ReportedQuota {
  /** A quota that is full again only later, such as a daily one, is ignored here. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** The relative change up to which two times count as the same. */
  private static final double SAME = 0.05;

  /** The parts of time and units that must be used before an unchanged time is a length. */
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

  /** A reply reports the quota; it may not include the units in flight. */
  void report(Optional<Quota.Left> quota, long unitsInFlight, long now) {
    quota.ifPresent(
        left ->
            left.reset()
                .filter(reset -> reset.compareTo(LONGEST) <= 0)
                .ifPresent(reset -> report(left, reset.toNanos(), unitsInFlight, now)));
  }

  private void report(Quota.Left left, long reset, long unitsInFlight, long now) {
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

  /** Whether the time stayed the same although a fixed window or a bucket would have changed it. */
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

  /** A call with this number of units is sent. */
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

  /** The nanoseconds until a call with this number of units may be sent. */
  long waitFor(long units, long lastSent, long now) {
    if (sliding.isPresent()) {
      return sliding.get().waitFor(units, now);
    }
    return resetAt - now <= 0
        ? 0
        : lastSent + (long) Math.min((double) unitInterval * units, (double) longestWait) - now;
  }
}
