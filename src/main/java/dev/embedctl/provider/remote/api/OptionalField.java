package dev.embedctl.provider.remote.api;

/** A field of a request that some servers refuse and that may be left out. */
public enum OptionalField {
  /** Asks for base64; without it vectors come as arrays of numbers. */
  ENCODING_FORMAT("encoding_format"),
  /** Asks for a length of vectors; without it they have the model's own. */
  DIMENSIONS("dimensions");

  private final String field;

  OptionalField(String field) {
    this.field = field;
  }

  /** Its name in a request's body. */
  @Override
  public String toString() {
    return field;
  }
}
