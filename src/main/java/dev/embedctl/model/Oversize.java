package dev.embedctl.model;

/** What to do with a text that is too long for the model. */
public enum Oversize {
  /** The text is invalid. */
  ERROR,
  /** The text is shortened to the model's limit, and counted. */
  TRUNCATE,
  /** The text is cut into windows, and its vector is the mean of their vectors. */
  AVERAGE
}
