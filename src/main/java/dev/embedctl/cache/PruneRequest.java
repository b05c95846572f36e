package dev.embedctl.cache;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to drop of a cache.
 *
 * @param olderThan vectors that were paid for longer ago than this, where it is given
 * @param maxBytes the oldest vectors until the rest takes no more than this, where it is given
 * @param filter where to do so; {@code maxBytes} too counts no more than that part
 */
public record PruneRequest(
    Optional<Duration> olderThan, OptionalLong maxBytes, NamespaceFilter filter) {
  public PruneRequest {
    Objects.requireNonNull(olderThan);
    Objects.requireNonNull(maxBytes);
    Objects.requireNonNull(filter);
    if (maxBytes.isPresent() && maxBytes.getAsLong() < 0) {
      throw new IllegalArgumentException("no cache is smaller than nothing");
    }
  }
}
