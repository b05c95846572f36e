package dev.embedctl.model;

/** What becomes of a text that is longer than the model takes. */
public enum Oversize {
  /** The text is invalid. */
  ERROR,
  /** The text is cut to what the model takes, and counted. */
  TRUNCATE
}
