package dev.embedctl.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The key of a vector: the SHA-256 of its spec and its text, 32 bytes. Made by {@link CacheKeys}.
 */
public final class CacheKey implements Comparable<CacheKey> {
  /** The number of bytes of a key. */
  public static final int BYTES = 32;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private CacheKey(long first, long second, long third, long fourth) {
    this.first = first;
    this.second = second;
    this.third = third;
    this.fourth = fourth;
  }

  /** A key of these 32 bytes. */
  public static CacheKey ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + bytes.length);
    }
    return new CacheKey(
        (long) LONGS.get(bytes, 0),
        (long) LONGS.get(bytes, 8),
        (long) LONGS.get(bytes, 16),
        (long) LONGS.get(bytes, 24));
  }

  /** Parses the result of {@link #hex}. */
  public static CacheKey ofHex(String hex) {
    return ofBytes(HexFormat.of().parseHex(hex));
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    LONGS.set(bytes, 0, first);
    LONGS.set(bytes, 8, second);
    LONGS.set(bytes, 16, third);
    LONGS.set(bytes, 24, fourth);
    return bytes;
  }

  /** The 32 bytes as 64 hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  /** Reads a key at a position of a big-endian buffer. */
  static CacheKey readFrom(ByteBuffer bigEndian, int at) {
    return new CacheKey(
        bigEndian.getLong(at),
        bigEndian.getLong(at + 8),
        bigEndian.getLong(at + 16),
        bigEndian.getLong(at + 24));
  }

  /** Writes the 32 bytes at a position of a big-endian buffer. */
  void writeTo(ByteBuffer bigEndian, int at) {
    bigEndian.putLong(at, first);
    bigEndian.putLong(at + 8, second);
    bigEndian.putLong(at + 16, third);
    bigEndian.putLong(at + 24, fourth);
  }

  /** Whether these 32 bytes are at a position of a big-endian buffer. */
  boolean isAt(ByteBuffer bigEndian, int at) {
    return bigEndian.getLong(at) == first
        && bigEndian.getLong(at + 8) == second
        && bigEndian.getLong(at + 16) == third
        && bigEndian.getLong(at + 24) == fourth;
  }

  /** The first eight bytes, big-endian; in-memory indexes hash and compare them first. */
  public long prefix() {
    return first;
  }

  @Override
  public int compareTo(CacheKey other) {
    int order = Long.compareUnsigned(first, other.first);
    if (order == 0) {
      order = Long.compareUnsigned(second, other.second);
    }
    if (order == 0) {
      order = Long.compareUnsigned(third, other.third);
    }
    return order == 0 ? Long.compareUnsigned(fourth, other.fourth) : order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CacheKey key
        && first == key.first
        && second == key.second
        && third == key.third
        && fourth == key.fourth;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(first);
  }

  /** Enough to distinguish keys in a log, but too little to test a guessed text. */
  @Override
  public String toString() {
    return "CacheKey[" + HexFormat.of().toHexDigits((short) (first >>> 48)) + "…]";
  }
}
