package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.Locale;
import java.util.Optional;

/** Why a vector cannot be what a model gave, whatever the model is. */
public final class VectorDefect {
  /** No model's vectors are so long: it is the bytes of something else. */
  public static final double LONGEST = 1e6;

  /** In fewer values zeros may be chance. */
  private static final int FEWEST_VALUES = 8;

  private VectorDefect() {}

  /** The defect; none where it may be a model's vector. */
  public static Optional<String> of(Vector vector) {
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
            String.format(Locale.ROOT, "it is %.2g long, as no model's vectors are", length))
        : Optional.empty();
  }

  /** Every second value is zero where a float64 of few digits was read as two float32s. */
  private static Optional<String> everySecond(Vector vector) {
    int dimensions = vector.dimensions();
    boolean found =
        dimensions >= FEWEST_VALUES
            && dimensions % 2 == 0
            && (isHalf(vector, 0, 1) || isHalf(vector, 1, 0));
    return found
        ? Optional.of("every second value is zero, as where 64-bit floats are read as 32-bit ones")
        : Optional.empty();
  }

  /** Whether every second value from one place is zero, and those from the other are dense. */
  private static boolean isHalf(Vector vector, int zero, int dense) {
    for (int i = zero; i < vector.dimensions(); i += 2) {
      if (vector.at(i) != 0f) {
        return false; // most vectors end here
      }
    }
    int half = vector.dimensions() / 2;
    return isDense(nonZeros(vector, dense, half, 2), half);
  }

  /** Zeros before or behind the values make a vector longer than its model's, or it was cut off. */
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
                + " values are zero, as where a vector is padded or cut off")
        : Optional.empty();
  }

  /** Few zeros among the values: vectors of counted words, mostly zeros, are none of these. */
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
