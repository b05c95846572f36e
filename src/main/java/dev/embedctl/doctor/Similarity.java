package dev.embedctl.doctor;

import dev.embedctl.model.Vector;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * How similar two vectors are.
 *
 * @param difference the greatest difference of two values at one position, relative to the length
 * @param cosine the cosine of the angle between them
 */
record Similarity(double difference, double cosine) {
  /** The greatest difference that another order of float32 additions causes. */
  private static final double ROUNDING = 1e-6;

  /** Vectors of one text at half precision are above; those of different meaning below. */
  private static final double SAME_MEANING = 0.99;

  static Similarity of(Vector a, Vector b) {
    return new Similarity(a.greatestDifference(b) / Math.sqrt(a.norm() * b.norm()), a.cosine(b));
  }

  /** The lower similarity of both. */
  Similarity and(Similarity other) {
    return new Similarity(Math.max(difference, other.difference), Math.min(cosine, other.cosine));
  }

  boolean isExact() {
    return difference == 0;
  }

  boolean isEqual() {
    return difference <= ROUNDING;
  }

  boolean meansTheSame() {
    return cosine >= SAME_MEANING;
  }

  /** The difference as text. */
  String shownDifference() {
    return String.format(Locale.ROOT, "%.1e", difference);
  }

  String shownCosine() {
    return String.format(Locale.ROOT, "%.2f", cosine);
  }

  /** The difference as a figure for JSON. */
  BigDecimal figure() {
    return new BigDecimal(difference).round(new MathContext(3));
  }
}
