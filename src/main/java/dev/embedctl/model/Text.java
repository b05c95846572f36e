package dev.embedctl.model;

import java.util.Objects;

/** The content of a record's text field: a text to embed, or the reason why there is none. */
public sealed interface Text {

  /** A text that may be sent, exactly as in the record. */
  record Valid(String value) implements Text {
    public Valid {
      Objects.requireNonNull(value);
    }
  }

  /** The record contains no text that can be embedded. */
  record Invalid(FailureCode code, String message) implements Text {
    public Invalid {
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
    }
  }
}
