package dev.embedctl.io.output;

/** The format of a vector in a line of text. */
public enum VectorFormat {
  /** An array of numbers, each with the fewest digits that identify the float32. */
  FLOAT,
  /** A string: the float32s, little-endian, as base64. */
  BASE64,
  /** A string: the floats rounded to IEEE half precision, little-endian, as base64. */
  FLOAT16
}
