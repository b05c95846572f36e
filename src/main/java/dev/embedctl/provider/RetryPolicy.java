package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * When to call again.
 *
 * @param maxAttempts calls for one request, the first included
 * @param backoff the first pause between calls, doubled each time
 */
public record RetryPolicy(int maxAttempts, Duration backoff) {
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** What commands and the library do unless they are given another policy: three attempts. */
  public static final RetryPolicy USUAL = new RetryPolicy(3, Duration.ofSeconds(1));

  public RetryPolicy {
    Objects.requireNonNull(backoff);
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts: " + maxAttempts);
    }
  }

  /**
   * The pause after a failed attempt (from 1): the doubled backoff, at most a minute, less up to
   * half of it at random so that calls that failed together do not come back together.
   */
  public Duration pauseAfter(int attempt, RandomGenerator randomness) {
    double doubled = backoff.toNanos() * Math.pow(2, attempt - 1.0);
    double pause = Math.min(doubled, (double) LONGEST_PAUSE.toNanos());
    return Duration.ofNanos((long) (pause * (1 - randomness.nextDouble() / 2)));
  }
}
