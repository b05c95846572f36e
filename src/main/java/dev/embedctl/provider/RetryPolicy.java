package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * How often and after which pauses a failed call is repeated.
 *
 * @param maxAttempts the calls for one request, including the first
 * @param backoff the first pause between calls, doubled each time
 */
public record RetryPolicy(int maxAttempts, Duration backoff) {
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** The default of the commands and the library: three attempts. */
  public static final RetryPolicy USUAL = new RetryPolicy(3, Duration.ofSeconds(1));

  public RetryPolicy {
    Objects.requireNonNull(backoff);
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts: " + maxAttempts);
    }
  }

  /**
   * The pause after a failed attempt (from 1): the doubled backoff, at most a minute, less up to
   * half of it at random, so that calls that failed together are not repeated together.
   */
  public Duration pauseAfter(int attempt, RandomGenerator randomness) {
    double doubled = backoff.toNanos() * Math.pow(2, attempt - 1.0);
    double pause = Math.min(doubled, (double) LONGEST_PAUSE.toNanos());
    return Duration.ofNanos((long) (pause * (1 - randomness.nextDouble() / 2)));
  }
}
