package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.time.InstantSource;

/**
 * Constants for opening a log; tests use smaller numbers.
 *
 * @param segmentBytes the greatest size of a segment in a new log
 * @param firstSeal the number of rows from which a log without an index gets one
 * @param nextSeal the number of new rows from which a small log gets a new index
 */
record LogSettings(
    int segmentBytes, int firstSeal, int nextSeal, CacheFiles.Opener opener, InstantSource clock) {
  private static final int NEW_PART = 50; // 2 %

  static LogSettings usual(InstantSource clock) {
    return new LogSettings(256 << 20, 1_000, 10_000, CacheFiles::open, clock);
  }

  /** Whether there are so many rows without an index that the next start would be slower. */
  boolean sealIsDue(int covered, int end) {
    return covered == 0 ? end >= firstSeal : end - covered >= Math.max(nextSeal, end / NEW_PART);
  }

  /** The current time in the unit of rows. */
  long now() {
    return Math.clamp(clock.instant().getEpochSecond(), 0, Row.LAST_SECOND);
  }
}
