package dev.embedctl.io.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Writes a float like {@link Float#toString}, with the fewest digits that identify it, but directly
 * as bytes and several times as fast.
 *
 * <p>The digits are found with the method of Raffaello Giulietti's "The Schubfach way to render
 * doubles" (2020). Eight digits at a time are written into the bytes of a long, after Paul Khuong's
 * "How to print integers really fast" (2017). The JDK's method is too slow: a run whose texts are
 * all cached spends most of its time formatting floats.
 */
public final class ShortestFloat {
  /**
   * The number of bytes to reserve for a float, including those that wide stores overwrite after
   * it.
   */
  public static final int MAX_BYTES = 24;

  private static final int FRACTION_BITS = 23;
  private static final int FRACTION_MASK = (1 << FRACTION_BITS) - 1;
  private static final int HIDDEN_BIT = 1 << FRACTION_BITS;
  private static final int EXPONENT_MASK = 0xFF;
  private static final int MIN_POWER = -149;

  /**
   * Below this multiple of the smallest float, the method would find a single digit, which is not
   * exact enough.
   */
  private static final int TINY = 8;

  private static final int MAX_DIGITS = 9;
  private static final int TEN_TO_8 = 100_000_000;

  /** The powers of ten that scale a float's interval to a few digits before the point. */
  private static final int MIN_K = -31;

  private static final int MAX_K = 45;
  private static final long[] POWERS = powers();

  private static final int[] TENS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, TEN_TO_8, 1_000_000_000
  };

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int ZERO_POINT_ZEROS = '0' | '.' << 8 | '0' << 16 | '0' << 24;
  private static final long EIGHT_ZEROS = 0x3030_3030_3030_3030L;

  private ShortestFloat() {}

  /**
   * Writes a finite float.
   *
   * @param into has room for {@link #MAX_BYTES} from {@code at}; bytes after the float may be
   *     overwritten
   * @return the end of the float
   */
  public static int write(float value, byte[] into, int at) {
    int bits = Float.floatToRawIntBits(value);
    into[at] = '-';
    int start = at + (bits >>> 31);
    int exponent = bits >>> FRACTION_BITS & EXPONENT_MASK;
    int fraction = bits & FRACTION_MASK;
    if (exponent == EXPONENT_MASK) {
      throw new IllegalArgumentException("there are no digits for " + value);
    }
    if (exponent != 0) {
      int c = HIDDEN_BIT | fraction;
      int q = exponent + MIN_POWER - 1;
      if (q <= 0 && q > -FRACTION_BITS - 1 && (c & ((1 << -q) - 1)) == 0) {
        return place(c >> -q, 0, into, start);
      }
      return shortest(c, q, fraction == 0 && exponent > 1 ? 1 : 0, 0, into, start);
    }
    if (fraction == 0) {
      INTS.set(into, start, ZERO_POINT_ZEROS);
      return start + 3;
    }
    return fraction < TINY
        ? shortest(10 * fraction, MIN_POWER, 0, -1, into, start)
        : shortest(fraction, MIN_POWER, 0, 0, into, start);
  }

  /**
   * Writes c * 2^q. In Giulietti's names: v is scaled by 10^-k so that its interval holds one or
   * two integers, or a multiple of ten.
   *
   * @param closer 1 if the next smaller float is only half as far away as the next greater one
   * @param power the power of ten by which the result is still to be multiplied
   */
  private static int shortest(int c, int q, int closer, int power, byte[] into, int at) {
    int odd = c & 1;
    int k = (q * 1_262_611 - closer * 524_031) >> 22; // floor(log10(2^q)), of 3/4 of it if closer
    int h = q + ((-k * 1_741_647) >> 19) + 1; // with floor(log2(10^-k))
    long g = POWERS[-k - MIN_K];
    int low = scaled(g, (4 * c - 2 + closer) << h) + odd;
    int middle = scaled(g, (4 * c) << h);
    int high = scaled(g, (4 * c + 2) << h) - odd;
    int s = middle >>> 2;
    // Without branches, since a processor cannot predict which case applies.
    int tenth = s / 10;
    int down = notAbove(low, 40 * tenth);
    int up = notAbove(40 * tenth + 40, high);
    int shorter = (down ^ up) & notAbove(100, s); // fewer than two digits are never written
    int tie = 4 * s + 2;
    int floor = notAbove(low, 4 * s);
    int ceiling = notAbove(4 * s + 4, high);
    int nearer = notAbove(tie + 1 - (s & 1), middle);
    int either = -(floor ^ ceiling);
    int full = s + ((ceiling & either) | (nearer & ~either));
    return place(full + (tenth + up - full & -shorter), k + shorter + power, into, at);
  }

  /** 1 if a is not greater than b, else 0. The difference must fit into an int. */
  private static int notAbove(int a, int b) {
    return ((b - a) >>> 31) ^ 1;
  }

  /** The product without its last 64 bits; the last remaining bit is set if any of those was. */
  private static int scaled(long g, int c) {
    long factor = c & 0xFFFF_FFFFL;
    int high = (int) Math.unsignedMultiplyHigh(g, factor);
    return high | ((g * factor) >>> 33 != 0 ? 1 : 0);
  }

  /** Writes digits * 10^k in the layout of Float.toString. */
  private static int place(int digits, int k, byte[] into, int at) {
    int length = digitsOf(digits);
    int point = length + k; // the value is 0.DIGITS * 10^point
    int nine = digits * TENS[MAX_DIGITS - length];
    int first = nine / TEN_TO_8;
    long rest = eightDigits(nine - first * TEN_TO_8);
    if (point <= 0 && point > -3) {
      INTS.set(into, at, ZERO_POINT_ZEROS);
      int start = at + 2 - point;
      into[start] = (byte) ('0' + first);
      LONGS.set(into, start + 1, rest | EIGHT_ZEROS);
      return start + 1 + significant(rest);
    }
    if (point > 0 && point <= 7) {
      into[at] = (byte) ('0' + first);
      LONGS.set(into, at + 1, rest | EIGHT_ZEROS);
      // Move the digits after the point by one.
      LONGS.set(into, at + point + 1, (rest | EIGHT_ZEROS) >>> (8 * (point - 1)));
      into[at + point] = '.';
      return at + Math.max(point + 2, 2 + significant(rest));
    }
    into[at] = (byte) ('0' + first);
    into[at + 1] = '.';
    LONGS.set(into, at + 2, rest | EIGHT_ZEROS);
    return exponent(point - 1, into, at + 2 + Math.max(1, significant(rest)));
  }

  private static int exponent(int power, byte[] into, int at) {
    int next = at;
    into[next++] = 'E';
    if (power < 0) {
      into[next++] = '-';
    }
    int size = Math.abs(power);
    if (size >= 10) {
      into[next++] = (byte) ('0' + size / 10);
    }
    into[next++] = (byte) ('0' + size % 10);
    return next;
  }

  /** The number of decimal digits of a positive number with at most nine digits. */
  private static int digitsOf(int number) {
    int about = ((Integer.SIZE - Integer.numberOfLeadingZeros(number)) * 1233) >>> 12;
    return about + (number >= TENS[about] ? 1 : 0);
  }

  /** The eight decimal digits of a number, the first in the lowest byte. */
  private static long eightDigits(int number) {
    long fours = number / 10_000 | (long) (number % 10_000) << 32;
    long hundreds = ((fours * 10_486) >>> 20) & 0x0000_007F_0000_007FL;
    long twos = hundreds | (fours - 100 * hundreds) << 16;
    long tens = ((twos * 103) >>> 10) & 0x000F_000F_000F_000FL;
    return tens | (twos - 10 * tens) << 8;
  }

  /** The number of digits without the zeros at the end. */
  private static int significant(long eightDigits) {
    return Long.BYTES - (Long.numberOfLeadingZeros(eightDigits) >>> 3);
  }

  /** The 64 leading bits of each power of ten, rounded up. */
  private static long[] powers() {
    long[] powers = new long[MAX_K - MIN_K + 1];
    for (int k = MIN_K; k <= MAX_K; k++) {
      BigInteger ten = BigInteger.TEN.pow(Math.abs(k));
      powers[k - MIN_K] = k < 0 ? reciprocal(ten) : leadingBits(ten);
    }
    return powers;
  }

  private static long leadingBits(BigInteger power) {
    int dropped = power.bitLength() - Long.SIZE;
    if (dropped <= 0) {
      return power.shiftLeft(-dropped).longValue();
    }
    return power.subtract(BigInteger.ONE).shiftRight(dropped).add(BigInteger.ONE).longValue();
  }

  private static long reciprocal(BigInteger power) {
    // The result is between 2^63 and 2^64, since no power of ten except 1 is a power of two.
    BigInteger one = BigInteger.ONE.shiftLeft(Long.SIZE - 1 + power.bitLength());
    return one.divide(power).add(BigInteger.ONE).longValue();
  }
}
