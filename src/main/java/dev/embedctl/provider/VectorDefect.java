package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.Locale;
import java.util.Optional;

/** Finds vectors that no model returns, whatever the model is. */
public final class VectorDefect {
  /** A longer vector is made of wrongly decoded bytes: no model has such vectors. */
  public static final double LONGEST = 1e6;

  /** Zeros among fewer values may be chance. */
  private static final int FEWEST_VALUES = 8;

  private VectorDefect() {}

  /** The defect; empty if the vector may be a model's. */
  public static Optional<String> of(Vector vector) {
    return of(vector, vector.measure());
  }

  /** The defect of a vector that was measured; empty if the vector may be a model's. */
  public static Optional<String> of(Vector vector, Vector.Measure measure) {
    return isUsual(vector, measure) ? Optional.empty() : found(vector);
  }

  /**
   * Whether the measure of a vector rules out all defects: its values are finite and not all zero,
   * it is not too long, and each other defect makes at least half of the values zero.
   */
  private static boolean isUsual(Vector vector, Vector.Measure measure) {
    return measure.length() > 0
        && measure.length() < LONGEST
        && 2 * measure.zeros() < vector.dimensions();
  }

  private static Optional<String> found(Vector vector) {
    return vector
        .defect()
        .or(() -> tooLong(vector))
        .or(() -> everySecond(vector))
        .or(() -> padding(vector));
  }

  private static Optional<String> tooLong(Vector vector) {
    double length = vector.norm();
    return length > LONGEST
        ? Optional.of(
            String.format(Locale.ROOT, "its length is %.2g, which no model produces", length))
        : Optional.empty();
  }

  /** Every second value is zero if float64 values of few digits were read as float32. */
  private static Optional<String> everySecond(Vector vector) {
    int dimensions = vector.dimensions();
    boolean found =
        dimensions >= FEWEST_VALUES
            && dimensions % 2 == 0
            && (isHalf(vector, 0, 1) || isHalf(vector, 1, 0));
    return found
        ? Optional.of("every second value is zero, as if 64-bit floats were read as 32-bit floats")
        : Optional.empty();
  }

  /** Whether every second value from one place is zero, and the others mostly are not. */
  private static boolean isHalf(Vector vector, int zero, int dense) {
    for (int i = zero; i < vector.dimensions(); i += 2) {
      if (vector.at(i) != 0f) {
        return false; // most vectors end here
      }
    }
    int half = vector.dimensions() / 2;
    return isDense(nonZeros(vector, dense, half, 2), half);
  }

  /** At least half of the values, before or after the others, are zero. */
  private static Optional<String> padding(Vector vector) {
    int from = 0;
    int to = vector.dimensions();
    while (from < to && vector.at(from) == 0f) {
      from++;
    }
    while (from < to && vector.at(to - 1) == 0f) {
      to--;
    }
    int values = to - from;
    boolean found =
        values >= FEWEST_VALUES
            && 2 * values <= vector.dimensions()
            && isDense(nonZeros(vector, from, values, 1), values);
    return found
        ? Optional.of(
            "all but "
                + values
                + " of its "
                + vector.dimensions()
                + " values are zero, as if the vector was padded or cut off")
        : Optional.empty();
  }

  /** Whether few values are zero; vectors of counted words are mostly zeros. */
  private static boolean isDense(int nonZeros, int values) {
    return 8 * nonZeros >= 7 * values;
  }

  private static int nonZeros(Vector vector, int from, int count, int step) {
    int nonZeros = 0;
    for (int i = 0; i < count; i++) {
      nonZeros += vector.at(from + i * step) == 0f ? 0 : 1;
    }
    return nonZeros;
  }
}
