package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.Locale;
import java.util.Optional;

/** Why a vector cannot be what a model gave, whatever the model is. */
public final class VectorDefect {
  /** No model's vectors are so long: it is the bytes of something else. */
  public static final double LONGEST = 1e6;

  /** Halves of a float64 are read as two float32s: in fewer values it may be chance. */
  private static final int FEWEST_HALVES = 8;

  private VectorDefect() {}

  /** The defect; none where it may be a model's vector. */
  public static Optional<String> of(Vector vector) {
    return vector.defect().or(() -> tooLong(vector)).or(() -> halves(vector));
  }

  /** How long a vector is. */
  public static double length(Vector vector) {
    double squares = 0;
    for (int i = 0; i < vector.dimensions(); i++) {
      squares += (double) vector.at(i) * vector.at(i);
    }
    return Math.sqrt(squares);
  }

  private static Optional<String> tooLong(Vector vector) {
    double length = length(vector);
    return length > LONGEST
        ? Optional.of(
            String.format(Locale.ROOT, "it is %.2g long, as no model's vectors are", length))
        : Optional.empty();
  }

  /** Every second value is zero where a float64 of few digits was read as two float32s. */
  private static Optional<String> halves(Vector vector) {
    int dimensions = vector.dimensions();
    return dimensions >= FEWEST_HALVES
            && dimensions % 2 == 0
            && (areZero(vector, 0) || areZero(vector, 1))
        ? Optional.of("every second value is zero, as where 64-bit floats are read as 32-bit ones")
        : Optional.empty();
  }

  private static boolean areZero(Vector vector, int from) {
    for (int i = from; i < vector.dimensions(); i += 2) {
      if (vector.at(i) != 0f) {
        return false;
      }
    }
    return true;
  }
}
