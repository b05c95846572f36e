package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.util.Objects;

/**
 * A vector with its key, as the log stores it.
 *
 * @param created the time when it was paid for, in seconds since 1970
 */
public record Row(CacheKey key, Vector vector, long created) {
  /** The last second that fits into the four bytes of a row, in the year 2106. */
  public static final long LAST_SECOND = 0xFFFF_FFFFL;

  public Row {
    Objects.requireNonNull(key);
    Objects.requireNonNull(vector);
    if (created < 0 || created > LAST_SECOND) {
      throw new IllegalArgumentException("not a second from 1970 to 2106: " + created);
    }
  }
}
