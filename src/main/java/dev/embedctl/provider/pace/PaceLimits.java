package dev.embedctl.provider.pace;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a run's pace may not exceed.
 *
 * @param concurrency calls at once
 * @param requestsPerMinute requests in any minute, as the provider counts them, where there is a
 *     limit
 * @param tokensPerMinute tokens in any minute, where there is a limit
 * @param backoff the first pause after a refusal that names none, doubled while nothing is admitted
 * @param longestWait time without an admitted call after which the run gives up
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

  /** What commands and the library keep to unless they are given other limits. */
  public static PaceLimits usual(int concurrency) {
    return new PaceLimits(
        concurrency,
        OptionalInt.empty(),
        OptionalLong.empty(),
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
  }
}
