package dev.embedctl.report;

import java.util.Locale;

/** How a run ended. */
public enum RunStatus {
  COMPLETED,
  FAILED,
  INTERRUPTED,
  /** Jobs are pending, and the same command continues with them. */
  PENDING;

  /** The word in files: lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
