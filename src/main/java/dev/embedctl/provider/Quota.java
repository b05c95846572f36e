package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rest of the rate limit, as a reply's headers report it.
 *
 * @param requests the calls that are left, if reported
 * @param tokens the tokens that are left, if reported
 */
public record Quota(Optional<Left> requests, Optional<Left> tokens) {
  /** The headers report nothing. */
  public static final Quota UNKNOWN = new Quota(Optional.empty(), Optional.empty());

  public Quota {
    Objects.requireNonNull(requests);
    Objects.requireNonNull(tokens);
  }

  /**
   * The rest of one limit.
   *
   * @param remaining the units left now
   * @param limit the units of the whole limit, if reported
   * @param reset the time until all units are available again, if reported
   */
  public record Left(long remaining, OptionalLong limit, Optional<Duration> reset) {
    public Left {
      Objects.requireNonNull(limit);
      Objects.requireNonNull(reset);
    }
  }
}
