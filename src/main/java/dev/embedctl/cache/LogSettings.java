package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.time.InstantSource;

/**
 * What a log is opened with that is the same for every run; tests choose smaller numbers.
 *
 * @param segmentBytes size that no new log's segment goes beyond
 * @param firstSeal rows from which on a log without an index gets one
 * @param nextSeal new rows from which on an index is made anew, in a small log
 */
record LogSettings(
    int segmentBytes, int firstSeal, int nextSeal, CacheFiles.Opener opener, InstantSource clock) {
  private static final int NEW_PART = 50; // 2 %

  static LogSettings usual(InstantSource clock) {
    return new LogSettings(256 << 20, 1_000, 10_000, CacheFiles::open, clock);
  }

  /** Whether rows without an index are so many that the next start would feel them. */
  boolean sealIsDue(int covered, int end) {
    return covered == 0 ? end >= firstSeal : end - covered >= Math.max(nextSeal, end / NEW_PART);
  }

  /** Now, as rows have it. */
  long now() {
    return Math.clamp(clock.instant().getEpochSecond(), 0, Row.LAST_SECOND);
  }
}
