package dev.embedctl.model;

import java.util.Locale;

/** The reason why a text has no embedding. */
public enum FailureCode {
  /** The record is malformed. */
  INVALID_RECORD,
  /** The record has no text field. */
  MISSING_TEXT,
  /** The text field is not a string. */
  NOT_A_STRING,
  /** The text is empty or only white space. */
  BLANK_TEXT,
  /** The bytes are not UTF-8, or the text contains a lone surrogate. */
  INVALID_UNICODE,
  /** The text is too long for the model. */
  TOO_LONG,
  /** The text is not in the cache, and the run may send nothing. */
  CACHE_MISS,
  /** The provider rejected this text. */
  REFUSED,
  /** All attempts failed: the provider could not be reached, or its replies were invalid. */
  PROVIDER_FAILED;

  /** The word in files: lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the input is the cause, so that nothing was sent. */
  public boolean inputIsAtFault() {
    return compareTo(TOO_LONG) <= 0;
  }
}
