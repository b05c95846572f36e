package dev.embedctl.report;

import java.util.Locale;

/** The amounts that are summed over time: texts by outcome, and the time of permits. */
enum Activity {
  /** Cached texts, counted when they were written. */
  CACHED,
  /** Embedded texts, spread over the duration of their calls. */
  EMBEDDED,
  /** Texts without a vector, counted when their chunk was written. */
  FAILED,
  /** Nanoseconds in calls. */
  CALLING,
  /** Nanoseconds of waiting for the pace. */
  PACED,
  /** Nanoseconds of pauses after failed calls. */
  PAUSED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean countsTexts() {
    return compareTo(FAILED) <= 0;
  }
}
