package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a reply's headers say may still be asked for.
 *
 * @param requests calls that are left, where it says so
 * @param tokens tokens that are left, where it says so
 */
public record Quota(Optional<Left> requests, Optional<Left> tokens) {
  /** The headers say nothing. */
  public static final Quota UNSAID = new Quota(Optional.empty(), Optional.empty());

  public Quota {
    Objects.requireNonNull(requests);
    Objects.requireNonNull(tokens);
  }

  /**
   * What is left of one quota.
   *
   * @param remaining units left now
   * @param limit units in all, where it says so
   * @param reset time until all of them are there again, where it says so
   */
  public record Left(long remaining, OptionalLong limit, Optional<Duration> reset) {
    public Left {
      Objects.requireNonNull(limit);
      Objects.requireNonNull(reset);
    }
  }
}
