package dev.embedctl.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** An embedding: an immutable sequence of float32 values. Vectors are equal if all bits are. */
public final class Vector {
  private static final double SHORTEST = 1e-12;

  /** May hold other vectors too: those of a chunk share one array, which is allocated at once. */
  private final float[] values;

  private final int first;
  private final int dimensions;

  private Vector(float[] values, int first, int dimensions) {
    this.values = values;
    this.first = first;
    this.dimensions = dimensions;
  }

  /**
   * Wraps an array without copying it; the caller must not use the array any more.
   *
   * @throws IllegalArgumentException if the array is empty
   */
  public static Vector wrap(float... values) {
    return within(values, 0, values.length);
  }

  /**
   * The vector in a part of an array, which is not copied; the caller must not use that part any
   * more. All vectors of an array are in memory until none of them is used.
   *
   * @param first the position of its first float
   * @throws IllegalArgumentException without dimensions
   * @throws IndexOutOfBoundsException if the array has no such part
   */
  public static Vector within(float[] values, int first, int dimensions) {
    Objects.checkFromIndexSize(first, dimensions, values.length);
    if (dimensions == 0) {
      throw new IllegalArgumentException("a vector has at least one dimension");
    }
    return new Vector(values, first, dimensions);
  }

  /** Reads the next {@code dimensions} floats of the buffer. */
  public static Vector read(FloatBuffer buffer, int dimensions) {
    float[] values = new float[dimensions];
    buffer.get(values);
    return wrap(values);
  }

  /** The number of floats. */
  public int dimensions() {
    return dimensions;
  }

  /** The float at a position, from 0. */
  public float at(int position) {
    return values[first + Objects.checkIndex(position, dimensions)];
  }

  /** A copy of the floats. */
  public float[] toArray() {
    return Arrays.copyOfRange(values, first, first + dimensions);
  }

  /** The vector in an array of its own, for those who keep it longer than others of its array. */
  public Vector alone() {
    return dimensions == values.length ? this : wrap(toArray());
  }

  /** Puts all floats into the buffer, at its position. */
  public void writeTo(FloatBuffer buffer) {
    buffer.put(values, first, dimensions);
  }

  /** The Euclidean norm: how long the vector is. */
  public double norm() {
    double squares = 0;
    for (int i = first; i < first + dimensions; i++) {
      squares += (double) values[i] * values[i];
    }
    return Math.sqrt(squares);
  }

  /**
   * The length of a vector and the number of its zeros.
   *
   * @param length the Euclidean norm, but for its last digits; not finite if a value is not
   */
  public record Measure(double length, int zeros) {}

  /**
   * Measures the vector in one pass. Four sums do not wait for each other, so this is three times
   * as fast as {@link #norm}, whose digits decide those of a vector of unit length.
   */
  public Measure measure() {
    double one = 0;
    double two = 0;
    double three = 0;
    double four = 0;
    int zeros = 0;
    int end = first + dimensions;
    int whole = end - dimensions % 4;
    for (int i = first; i < whole; i += 4) {
      one += square(values[i]);
      two += square(values[i + 1]);
      three += square(values[i + 2]);
      four += square(values[i + 3]);
      zeros += zero(values[i]) + zero(values[i + 1]) + zero(values[i + 2]) + zero(values[i + 3]);
    }
    for (int i = whole; i < end; i++) {
      one += square(values[i]);
      zeros += zero(values[i]);
    }
    return new Measure(Math.sqrt(one + two + three + four), zeros);
  }

  private static double square(float value) {
    return (double) value * value;
  }

  private static int zero(float value) {
    return value == 0f ? 1 : 0;
  }

  /**
   * The cosine of the angle to a vector of the same dimensions; NaN if one has a {@link #defect}.
   */
  public double cosine(Vector other) {
    if (dimensions != other.dimensions) {
      throw new IllegalArgumentException(dimensions + " and " + other.dimensions + " dimensions");
    }
    return Cosine.of(values, first, other.values, other.first, dimensions);
  }

  /** The greatest difference between two values at one position. */
  public double greatestDifference(Vector other) {
    double greatest = 0;
    for (int i = 0; i < dimensions; i++) {
      greatest = Math.max(greatest, Math.abs((double) at(i) - other.at(i)));
    }
    return greatest;
  }

  /**
   * The vector of length 1 with the same direction. As in sentence-transformers, zeros stay zeros;
   * {@link #defect} reports them.
   */
  public Vector ofUnitLength() {
    double length = Math.max(norm(), SHORTEST);
    float[] unit = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      unit[i] = (float) (values[first + i] / length);
    }
    return wrap(unit);
  }

  /** The reason why this cannot be an embedding: a value that is not finite, or only zeros. */
  public Optional<String> defect() {
    boolean zero = true;
    for (int i = first; i < first + dimensions; i++) {
      if (!Float.isFinite(values[i])) {
        return Optional.of("value " + (i - first) + " is " + values[i]);
      }
      zero &= values[i] == 0f;
    }
    return zero ? Optional.of("all values are zero") : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vector vector
        && Arrays.equals(
            values,
            first,
            first + dimensions,
            vector.values,
            vector.first,
            vector.first + vector.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toArray());
  }

  @Override
  public String toString() {
    return "Vector[" + dimensions + " dimensions, first " + at(0) + "]";
  }
}
