package dev.embedctl.report;

import java.util.Locale;

/** How a run ended. */
public enum RunStatus {
  COMPLETED,
  FAILED,
  INTERRUPTED;

  /** The word in files: lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
