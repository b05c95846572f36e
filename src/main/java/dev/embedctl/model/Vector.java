package dev.embedctl.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/** An embedding: an immutable sequence of float32 values. Vectors are equal if all bits are. */
public final class Vector {
  private static final double SHORTEST = 1e-12;

  private final float[] values;

  private Vector(float[] values) {
    this.values = values;
  }

  /**
   * Wraps an array without copying it; the caller must not use the array any more.
   *
   * @throws IllegalArgumentException if the array is empty
   */
  public static Vector wrap(float... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a vector has at least one dimension");
    }
    return new Vector(values);
  }

  /** Reads the next {@code dimensions} floats of the buffer. */
  public static Vector read(FloatBuffer buffer, int dimensions) {
    float[] values = new float[dimensions];
    buffer.get(values);
    return wrap(values);
  }

  /** The number of floats. */
  public int dimensions() {
    return values.length;
  }

  /** The float at a position, from 0. */
  public float at(int position) {
    return values[position];
  }

  /** A copy of the floats. */
  public float[] toArray() {
    return values.clone();
  }

  /** Puts all floats into the buffer, at its position. */
  public void writeTo(FloatBuffer buffer) {
    buffer.put(values);
  }

  /** The Euclidean norm: how long the vector is. */
  public double norm() {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  /**
   * The cosine of the angle to a vector of the same dimensions; NaN if one has a {@link #defect}.
   */
  public double cosine(Vector other) {
    return Cosine.of(values, 0, other.values, 0, values.length);
  }

  /** The greatest difference between two values at one position. */
  public double greatestDifference(Vector other) {
    double greatest = 0;
    for (int i = 0; i < values.length; i++) {
      greatest = Math.max(greatest, Math.abs((double) values[i] - other.values[i]));
    }
    return greatest;
  }

  /**
   * The vector of length 1 with the same direction. As in sentence-transformers, zeros stay zeros;
   * {@link #defect} reports them.
   */
  public Vector ofUnitLength() {
    double length = Math.max(norm(), SHORTEST);
    float[] unit = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      unit[i] = (float) (values[i] / length);
    }
    return new Vector(unit);
  }

  /** The reason why this cannot be an embedding: a value that is not finite, or only zeros. */
  public Optional<String> defect() {
    boolean zero = true;
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return Optional.of("value " + i + " is " + values[i]);
      }
      zero &= values[i] == 0f;
    }
    return zero ? Optional.of("all values are zero") : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vector vector && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Vector[" + values.length + " dimensions, first " + values[0] + "]";
  }
}
