package dev.embedctl.provider.pace;

import dev.embedctl.provider.Quota;
import java.time.Duration;
import java.util.Optional;

/**
 * A quota as the provider's headers tell it: what is left is spread evenly until all of it is there
 * again. A window's calls are spent just when it ends; a bucket settles half full, where it refills
 * as fast as it is emptied. Times are nanoseconds. Not safe for many threads at once.
 */
final class ToldQuota {
  /**
   * A quota that comes back later than that is of another kind than pace: it is left to refusals.
   */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private long unitInterval;
  private long longestWait;
  private long resetAt;

  /** The headers of a reply say it, while so many units are in flight that it may not know of. */
  void told(Optional<Quota.Left> left, long unitsInFlight, long now) {
    if (left.isEmpty() || left.get().reset().compareTo(LONGEST) > 0) {
      return;
    }
    longestWait = left.get().reset().toNanos();
    unitInterval = longestWait / Math.max(1, left.get().remaining() - unitsInFlight);
    resetAt = now + longestWait;
  }

  /** Nanoseconds that a call of so many units keeps from the call before it. */
  long interval(long units, long now) {
    return resetAt - now <= 0
        ? 0
        : (long) Math.min((double) unitInterval * units, (double) longestWait);
  }
}
