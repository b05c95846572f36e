package dev.embedctl.io.output;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Vector;
import java.util.OptionalInt;

/** Checks that all vectors of an output have the same number of dimensions. */
final class RowLength {
  private OptionalInt dimensions = OptionalInt.empty();

  /**
   * Checks a vector.
   *
   * @throws RunFailed if earlier vectors have another number of dimensions
   */
  void check(Vector vector) {
    int expected = dimensions.orElse(vector.dimensions());
    if (vector.dimensions() != expected) {
      throw new RunFailed(
          "all vectors of a table must have the same number of dimensions, but after vectors of "
              + expected
              + " dimensions came one of "
              + vector.dimensions());
    }
    if (dimensions.isEmpty()) {
      dimensions = OptionalInt.of(expected);
    }
  }

  /** The number of dimensions; 0 if there was no vector. */
  int dimensions() {
    return dimensions.orElse(0);
  }
}
