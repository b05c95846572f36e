package dev.embedctl.cache;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Selects the vectors of a cache to drop.
 *
 * @param olderThan drops vectors that were paid for longer ago, if given
 * @param maxBytes drops the oldest vectors until the rest takes at most this size, if given
 * @param filter the part of the cache; {@code maxBytes} applies to this part too
 */
public record PruneRequest(
    Optional<Duration> olderThan, OptionalLong maxBytes, NamespaceFilter filter) {
  public PruneRequest {
    Objects.requireNonNull(olderThan);
    Objects.requireNonNull(maxBytes);
    Objects.requireNonNull(filter);
    if (maxBytes.isPresent() && maxBytes.getAsLong() < 0) {
      throw new IllegalArgumentException("the size must not be negative");
    }
  }
}
