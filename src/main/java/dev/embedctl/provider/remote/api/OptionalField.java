package dev.embedctl.provider.remote.api;

/** A field of a request that may be left out, since some servers refuse it. */
public enum OptionalField {
  /** Requests base64; without it, vectors are arrays of numbers. */
  ENCODING_FORMAT("encoding_format"),
  /** Requests a length of vectors; without it, they have the model's own. */
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
