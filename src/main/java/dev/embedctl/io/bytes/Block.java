package dev.embedctl.io.bytes;

import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of bytes for an output. */
public final class Block {
  private static final int FIRST_BYTES = 1 << 18;

  /**
   * The JDK copies bytes before it writes them; a copy of this size fits into a processor's cache.
   */
  private static final int WRITTEN_AT_ONCE = 1 << 18;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  int length() {
    return length;
  }

  int capacity() {
    return bytes.length;
  }

  void clear() {
    length = 0;
  }

  public void put(byte[] piece) {
    put(piece, piece.length);
  }

  /** Appends the first bytes of an array. */
  public void put(byte[] piece, int count) {
    put(piece, 0, count);
  }

  public void put(byte[] piece, int offset, int count) {
    makeRoom(count);
    System.arraycopy(piece, offset, bytes, length, count);
    length += count;
  }

  public void put(String text) {
    put(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends a whole number in decimal digits. */
  public void putNumber(long number) {
    if (number < 0) {
      put(Long.toString(number));
      return;
    }
    int digits = 1;
    for (long rest = number; rest > 9; rest /= 10) {
      digits++;
    }
    makeRoom(digits);
    length += digits;
    long rest = number;
    for (int at = length - 1; at >= length - digits; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** Appends the floats as decimal numbers, separated by commas. */
  public void putNumbers(Vector vector) {
    int count = vector.dimensions();
    makeRoom((count + 1) * ShortestFloat.MAX_BYTES);
    int at = length;
    for (int i = 0; i < count; i++) {
      at = ShortestFloat.write(vector.at(i), bytes, at);
      bytes[at++] = ',';
    }
    length = at - 1;
  }

  /** Appends the floats in four bytes each, little-endian. */
  public void putFloats(Vector vector) {
    int size = Math.multiplyExact(vector.dimensions(), Float.BYTES);
    makeRoom(size);
    vector.writeTo(
        ByteBuffer.wrap(bytes, length, size).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
    length += size;
  }

  byte[] bytes() {
    return bytes;
  }

  public void writeTo(Output output) {
    for (int at = 0; at < length; at += WRITTEN_AT_ONCE) {
      output.write(bytes, at, Math.min(WRITTEN_AT_ONCE, length - at));
    }
  }

  private void makeRoom(int more) {
    if (more > bytes.length - length) {
      int needed = Math.addExact(length, more);
      bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(2L * bytes.length, 1 << 30)));
    }
  }
}
