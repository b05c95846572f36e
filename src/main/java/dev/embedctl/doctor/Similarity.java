package dev.embedctl.doctor;

import dev.embedctl.model.Vector;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * How like two vectors are.
 *
 * @param difference of two values at one position, at most, as a part of the vectors' length
 * @param cosine of the angle between them
 */
record Similarity(double difference, double cosine) {
  /** What float32 sums that were made in another order may differ by. */
  private static final double ROUNDING = 1e-6;

  /** Two vectors below this do not mean the same; those of one text at half precision are above. */
  private static final double SAME_MEANING = 0.99;

  static Similarity of(Vector a, Vector b) {
    double most = 0;
    double product = 0;
    for (int i = 0; i < a.dimensions(); i++) {
      most = Math.max(most, Math.abs((double) a.at(i) - b.at(i)));
      product += (double) a.at(i) * b.at(i);
    }
    double lengths = a.norm() * b.norm();
    return new Similarity(most / Math.sqrt(lengths), product / lengths);
  }

  /** The worse of both. */
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

  /** The difference, for people. */
  String told() {
    return String.format(Locale.ROOT, "%.1e", difference);
  }

  String toldCosine() {
    return String.format(Locale.ROOT, "%.2f", cosine);
  }

  /** The difference as a figure. */
  BigDecimal figure() {
    return new BigDecimal(difference).round(new MathContext(3));
  }
}
