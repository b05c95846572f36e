package dev.embedctl.search;

import dev.embedctl.model.Cosine;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;

/** The vector of a search. */
final class Query {
  private final float[] values;
  private final float[] unit;
  private final double margin;

  /**
   * A query.
   *
   * @throws IllegalArgumentException if the vector has no direction
   */
  Query(Vector vector) {
    if (vector.defect().isPresent()) {
      throw new IllegalArgumentException(vector.defect().get());
    }
    this.values = vector.toArray();
    this.unit = unit(vector.norm(), values);
    this.margin = QuickCosine.margin(values.length);
  }

  /** Scales a vector to length 1, even one that is too short for {@link Vector#ofUnitLength}. */
  private static float[] unit(double length, float... values) {
    float[] unit = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      unit[i] = (float) (values[i] / length);
    }
    return unit;
  }

  int dimensions() {
    return values.length;
  }

  /** Whether a row may have a cosine of at least this. */
  boolean mayReach(double least, float[] vectors, int at) {
    float quick = QuickCosine.of(vectors, at, unit, unit.length);
    return !(quick < least - margin); // NaN: the exact cosine is needed
  }

  /** The exact cosine; NaN if the row has none. */
  double cosine(float[] vectors, int at) {
    return Cosine.of(vectors, at, values, 0, values.length);
  }

  /** The error of a row with other dimensions. */
  InvalidInput otherDimensions(String place, int dimensions) {
    return new InvalidInput(
        place
            + ": "
            + dimensions
            + " dimensions, but the query has "
            + values.length
            + ": it was made with another model");
  }
}
