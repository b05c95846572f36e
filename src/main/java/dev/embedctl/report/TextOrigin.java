package dev.embedctl.report;

import dev.embedctl.model.Outcome;
import java.util.Locale;

/** The kinds of outcomes that charts and counts distinguish. */
enum TextOrigin {
  CACHED,
  EMBEDDED,
  FAILED;

  static TextOrigin of(Outcome outcome) {
    return switch (outcome.kind()) {
      case HIT -> CACHED;
      case FRESH -> EMBEDDED;
      case FAILED -> FAILED;
    };
  }

  /** The corresponding activity on the time line. */
  Activity onTimeLine() {
    return switch (this) {
      case CACHED -> Activity.CACHED;
      case EMBEDDED -> Activity.EMBEDDED;
      case FAILED -> Activity.FAILED;
    };
  }

  /** The word in files: lower case. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
