package dev.embedctl.io.output;

/** How a vector stands in a line of text. */
public enum VectorFormat {
  /** An array of numbers, each in the fewest digits that read back as the same float32. */
  FLOAT,
  /** A string: the float32s, little-endian, as base64. */
  BASE64,
  /** A string: the floats rounded to IEEE half precision, little-endian, as base64. */
  FLOAT16
}
