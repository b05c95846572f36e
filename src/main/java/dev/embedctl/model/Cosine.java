package dev.embedctl.model;

/** The cosine of the angle between two vectors, in float64. */
public final class Cosine {
  private Cosine() {}

  /** Of two vectors in arrays; NaN if one has none, since it is all zeros or not finite. */
  public static double of(float[] a, int atA, float[] b, int atB, int dimensions) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < dimensions; i++) {
      double x = a[atA + i];
      double y = b[atB + i];
      product += x * y;
      squareA += x * x;
      squareB += y * y;
    }
    double cosine = product / (Math.sqrt(squareA) * Math.sqrt(squareB));
    return Double.isFinite(cosine) ? Math.clamp(cosine, -1.0, 1.0) : Double.NaN;
  }
}
