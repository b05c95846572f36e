package dev.embedctl.search;

/**
 * Cosines in float32, which decide which pairs need the exact {@link dev.embedctl.model.Cosine}.
 * They are plain loops with eight sums, since a loop with one sum waits for each addition.
 */
final class QuickCosine {
  private static final float LEAST = 1e-12f;
  private static final float MOST = 1e12f;
  private static final double UNIT_ROUNDOFF = 0x1p-24;

  private QuickCosine() {}

  /** The greatest difference between a cosine in float32 and the exact one. */
  static double margin(int dimensions) {
    return 2 * (dimensions + 8) * UNIT_ROUNDOFF;
  }

  /** The product of two vectors. */
  static float product(float[] a, int atA, float[] b, int atB, int dimensions) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = 0;
    for (; i <= dimensions - 8; i += 8) {
      s0 += a[atA + i] * b[atB + i];
      s1 += a[atA + i + 1] * b[atB + i + 1];
      s2 += a[atA + i + 2] * b[atB + i + 2];
      s3 += a[atA + i + 3] * b[atB + i + 3];
      s4 += a[atA + i + 4] * b[atB + i + 4];
      s5 += a[atA + i + 5] * b[atB + i + 5];
      s6 += a[atA + i + 6] * b[atB + i + 6];
      s7 += a[atA + i + 7] * b[atB + i + 7];
    }
    for (; i < dimensions; i++) {
      s0 += a[atA + i] * b[atB + i];
    }
    return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
  }

  /**
   * The cosine of a vector and one of length 1; NaN if the square of its length is too small or too
   * large for float32.
   */
  static float of(float[] vectors, int at, float[] unit, int dimensions) {
    float p0 = 0;
    float p1 = 0;
    float p2 = 0;
    float p3 = 0;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i <= dimensions - 4; i += 4) {
      float a = vectors[at + i];
      float b = vectors[at + i + 1];
      float c = vectors[at + i + 2];
      float d = vectors[at + i + 3];
      p0 += a * unit[i];
      p1 += b * unit[i + 1];
      p2 += c * unit[i + 2];
      p3 += d * unit[i + 3];
      s0 += a * a;
      s1 += b * b;
      s2 += c * c;
      s3 += d * d;
    }
    for (; i < dimensions; i++) {
      float a = vectors[at + i];
      p0 += a * unit[i];
      s0 += a * a;
    }
    return (p0 + p1 + (p2 + p3)) * scale(s0 + s1 + (s2 + s3));
  }

  /**
   * The factor that turns a vector's product with a vector of length 1 into the cosine; NaN if the
   * square of its length is too small or too large for float32, so that only the exact cosine is
   * right.
   */
  static float scale(float[] vectors, int at, int dimensions) {
    return scale(product(vectors, at, vectors, at, dimensions));
  }

  private static float scale(float square) {
    return square >= LEAST && square <= MOST ? (float) (1 / Math.sqrt(square)) : Float.NaN;
  }
}
