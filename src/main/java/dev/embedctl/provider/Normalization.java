package dev.embedctl.provider;

/** Whether vectors are scaled before they are stored or returned. */
public enum Normalization {
  /** Vectors keep the lengths that the model gave them. */
  NONE,
  /** Each vector is divided by its length. */
  UNIT_LENGTH
}
