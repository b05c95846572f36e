package dev.embedctl.provider;

/** What is made of the lengths of a model's vectors before anybody sees them. */
public enum Lengths {
  /** Nothing: they are the model's, whatever they are. */
  AS_GIVEN,
  /** Each vector is divided by its length. */
  MADE_UNIT
}
