package dev.embedctl.io.output;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Vector;
import java.util.OptionalInt;

/** Sees to it that all vectors of an output are equally long. */
final class RowLength {
  private OptionalInt dimensions = OptionalInt.empty();

  /**
   * Takes note of a vector.
   *
   * @throws RunFailed where those before were longer or shorter
   */
  void check(Vector vector) {
    int expected = dimensions.orElse(vector.dimensions());
    if (vector.dimensions() != expected) {
      throw new RunFailed(
          "the rows of a table of vectors are equally long, and after vectors of "
              + expected
              + " dimensions came one of "
              + vector.dimensions());
    }
    dimensions = OptionalInt.of(expected);
  }

  /** How long they are; 0 where there was none. */
  int dimensions() {
    return dimensions.orElse(0);
  }
}
