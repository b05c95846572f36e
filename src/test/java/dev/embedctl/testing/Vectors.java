package dev.embedctl.testing;

import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Random;

/** Vectors that a text decides alone, so that a test can tell which text a vector belongs to. */
public final class Vectors {
  private Vectors() {}

  /** The vector of a text. */
  public static Vector of(String text, int dimensions) {
    Random random = new Random(text.hashCode() * 31L + text.length());
    float[] values = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Vector.wrap(values);
  }

  /** A vector's float32s, little-endian, as base64. */
  public static String base64(Vector vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.dimensions() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.writeTo(bytes.asFloatBuffer());
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
