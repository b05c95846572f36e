package dev.embedctl.verify;

import java.util.Locale;
import java.util.Objects;

/**
 * One difference between an output and what its input requires.
 *
 * @param message place and difference, on one line
 */
public record Difference(Kind kind, String message) {
  /** What kind of difference. */
  public enum Kind {
    /** A record has no embedding and is not in the errors file. */
    MISSING,
    /** An embedding whose record is not in the input or has no text. */
    UNEXPECTED,
    /** A row is in the wrong place, or occurs twice. */
    ORDER,
    /** A row's id differs from that of its record. */
    ID,
    /** A part of the file is not a valid row. */
    UNREADABLE,
    /** A vector has another number of dimensions than the others. */
    DIMENSIONS,
    /** A vector that no model returns: not finite, zeros in half of its values, or far too long. */
    VALUES,
    /** At least nine vectors in ten have the length 1, but this one does not. */
    NORM,
    /** Equal texts have different vectors. */
    UNEQUAL,
    /** All texts have the same vector, although they differ. */
    SAME_VECTOR,
    /** The model now returns another vector. */
    DRIFT;

    /** The word in files: lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Difference {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(message);
  }
}
