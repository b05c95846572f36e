package dev.embedctl.provider.pace;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The limits of a run's pace.
 *
 * @param concurrency the most calls at once
 * @param requestsPerMinute the most requests in any minute, as the provider counts them
 * @param tokensPerMinute the most tokens in any minute
 * @param backoff the first pause after a refusal without a wait, doubled while nothing is admitted
 * @param longestWait the time without an admitted call after which the run gives up
 */
public record PaceLimits(
    int concurrency,
    OptionalInt requestsPerMinute,
    OptionalLong tokensPerMinute,
    Duration backoff,
    Duration longestWait) {

  public PaceLimits {
    Objects.requireNonNull(requestsPerMinute);
    Objects.requireNonNull(tokensPerMinute);
    Objects.requireNonNull(backoff);
    Objects.requireNonNull(longestWait);
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency: " + concurrency);
    }
  }

  /** The default limits of the commands and the library. */
  public static PaceLimits usual(int concurrency) {
    return new PaceLimits(
        concurrency,
        OptionalInt.empty(),
        OptionalLong.empty(),
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
  }
}
