package dev.embedctl.verify;

import java.util.Locale;
import java.util.Objects;

/**
 * One way in which an output is not what its input asks for.
 *
 * @param message where and what, on one line
 */
public record Difference(Kind kind, String message) {
  /** What kind of difference. */
  public enum Kind {
    /** A record has no embedding, and is not among the failed ones. */
    MISSING,
    /** An embedding of a record that the input does not have, or that has no text. */
    UNEXPECTED,
    /** A row stands where it should not, or twice. */
    ORDER,
    /** A row has another id than its record. */
    ID,
    /** What stands in the file is no row. */
    UNREADABLE,
    /** A vector is longer or shorter than the others. */
    DIMENSIONS,
    /** A vector holds a value that is not finite, or nothing but zeros. */
    VALUES,
    /** Where nine vectors in ten have the length 1, one has another. */
    NORM,
    /** Equal texts have unequal vectors. */
    UNEQUAL,
    /** The model gives another vector now. */
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
