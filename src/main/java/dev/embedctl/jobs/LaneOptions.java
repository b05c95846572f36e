package dev.embedctl.jobs;

import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.TokenLimit;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options of a lane.
 *
 * @param retries how often a call is repeated, and how often a text is submitted
 * @param longest the longest wait for jobs; empty for no end
 * @param finish what is done with texts that a job did not embed
 * @param textsPerLine the most texts in one line of a job; empty for the provider's limit
 * @param limit the most tokens that may be charged, if they are limited
 */
public record LaneOptions(
    RetryPolicy retries,
    Optional<Duration> longest,
    Finish finish,
    OptionalInt textsPerLine,
    Optional<TokenLimit> limit) {

  /** What is done with texts that a job did not embed. */
  public enum Finish {
    /** They are submitted again, as often as the retries allow. */
    ASYNC,
    /** They are sent in calls, at the usual price. */
    SYNC
  }

  public LaneOptions {
    Objects.requireNonNull(retries);
    Objects.requireNonNull(longest);
    Objects.requireNonNull(finish);
    Objects.requireNonNull(textsPerLine);
    Objects.requireNonNull(limit);
  }
}
