package dev.embedctl.provider;

/** What is made of the lengths of a model's vectors before anybody sees them. */
public enum Normalization {
  /** Nothing: they are the model's, whatever they are. */
  NONE,
  /** Each vector is divided by its length. */
  UNIT_LENGTH
}
