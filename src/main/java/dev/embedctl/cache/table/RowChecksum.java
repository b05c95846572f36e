package dev.embedctl.cache.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The checksum of a row of a cache table: CRC-32C of the bytes of the key, then of the floats of
 * the vector, each as four bytes with the lowest one first.
 */
public final class RowChecksum {
  private RowChecksum() {}

  /** The checksum of a key and its vector. */
  public static int of(byte[] key, float[] vector) {
    ByteBuffer floats =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    floats.asFloatBuffer().put(vector);
    CRC32C sum = new CRC32C();
    sum.update(key);
    sum.update(floats);
    return (int) sum.getValue();
  }
}
