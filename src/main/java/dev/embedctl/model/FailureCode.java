package dev.embedctl.model;

import java.util.Locale;

/** Why a text has no embedding, in the word that the errors file uses. */
public enum FailureCode {
  /** The record is not one whole value of its format. */
  INVALID_RECORD,
  /** The record has no text field. */
  MISSING_TEXT,
  /** The text field holds something else than a string. */
  NOT_A_STRING,
  /** The text is nothing but white space. */
  BLANK_TEXT,
  /** The bytes are not UTF-8, or the text holds a lone surrogate. */
  INVALID_UNICODE,
  /** The text is longer than the model takes. */
  TOO_LONG,
  /** The text is not in the cache, and nothing may be sent. */
  CACHE_MISS,
  /** The provider refused this text. */
  REFUSED,
  /** The provider could not be reached or answered badly, as often as it was tried. */
  PROVIDER_FAILED;

  /** The word in files: lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the input is at fault, so that nothing was sent for it. */
  public boolean inputIsAtFault() {
    return compareTo(TOO_LONG) <= 0;
  }
}
