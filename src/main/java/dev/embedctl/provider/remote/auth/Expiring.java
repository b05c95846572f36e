package dev.embedctl.provider.remote.auth;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A token or credentials.
 *
 * @param end when it ends; empty if it never does
 */
public record Expiring<T>(T value, Optional<Instant> end) {
  public Expiring {
    Objects.requireNonNull(value);
    Objects.requireNonNull(end);
  }

  /** Whether it is no longer valid at a time. */
  boolean endsBy(Instant time) {
    return end.isPresent() && !end.get().isAfter(time);
  }
}
