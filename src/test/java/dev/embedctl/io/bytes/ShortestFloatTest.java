package dev.embedctl.io.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShortestFloatTest {
  private static final int MOST_BITS = 0x7F80_0000;
  private final byte[] bytes = new byte[ShortestFloat.MAX_BYTES + 1];

  @ParameterizedTest
  @CsvSource({
    "0x0p0, 0.0",
    "-0x0p0, -0.0",
    "1, 1.0",
    "-10, -10.0",
    "0.1, 0.1",
    "0.3, 0.3",
    "0.0123, 0.0123",
    "-0.012345678, -0.012345678",
    "1234567, 1234567.0",
    "1234.5, 1234.5",
    "9999999, 9999999.0",
    "1e7, 1.0E7",
    "16777216, 1.6777216E7",
    "1e-3, 0.001",
    "9.999999e-4, 9.999999E-4",
    "1.17549435e-38, 1.1754944E-38",
    "1.1754942e-38, 1.1754942E-38",
    "1.4e-45, 1.4E-45",
    "9.8e-45, 9.8E-45",
    "3.4028235e38, 3.4028235E38",
    "8.589973e9, 8.589974E9",
    "3.3554432e7, 3.3554432E7",
    "2e-3, 0.002",
    "1e23, 1.0E23"
  })
  void writesKnownDigits(float value, String expected) {
    assertEquals(expected, written(value));
  }

  /** All powers of two, where the interval of a float is asymmetric, and their neighbours. */
  @Test
  void writesEveryExponentLikeTheJdk() {
    for (int exponent = 0; exponent < 255; exponent++) {
      for (int fraction = -300; fraction <= 300; fraction++) {
        checkBits((exponent << 23) + fraction);
      }
    }
  }

  @Test
  void writesEveryPowerOfTenAndItsNeighboursLikeTheJdk() {
    for (int power = -45; power <= 38; power++) {
      for (int digit = 1; digit < 10; digit++) {
        int bits = Float.floatToRawIntBits(Float.parseFloat(digit + "E" + power));
        for (int near = -20; near <= 20; near++) {
          checkBits(bits + near);
        }
      }
    }
  }

  @Test
  void writesMillionsOfBitPatternsLikeTheJdk() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000_000; i++) {
      checkBits(random.nextInt());
      check((float) (random.nextGaussian() / 19.6));
    }
  }

  @Test
  void writesDigitsThatReadBackAsTheSameFloat() {
    Random random = new Random(1);
    for (int i = 0; i < 300_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt(MOST_BITS));
      assertEquals(value, Float.parseFloat(written(value)));
    }
  }

  /** Checked without the JDK's method: with one digit fewer, another float is read. */
  @Test
  void writesNoUnnecessaryDigit() {
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt(MOST_BITS));
      BigDecimal digits = new BigDecimal(written(value)).stripTrailingZeros();
      if (digits.precision() > 2) {
        BigDecimal unit = BigDecimal.ONE.movePointLeft(digits.scale() - 1);
        BigDecimal below = digits.divideToIntegralValue(unit).multiply(unit);
        assertEquals(false, below.floatValue() == value, digits::toString);
        assertEquals(false, below.add(unit).floatValue() == value, digits::toString);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesValuesWithoutDigits(float value) {
    assertThrows(IllegalArgumentException.class, () -> written(value));
  }

  private void checkBits(int bits) {
    float value = Float.intBitsToFloat(bits);
    if (Float.isFinite(value)) {
      check(value);
    }
  }

  private void check(float value) {
    String expected = Float.toString(value);
    int end = ShortestFloat.write(value, bytes, 1);
    boolean same = end == 1 + expected.length();
    for (int i = 0; same && i < expected.length(); i++) {
      same = expected.charAt(i) == bytes[i + 1];
    }
    if (!same) {
      assertEquals(expected, written(value), () -> "bits " + Float.floatToRawIntBits(value));
    }
  }

  private String written(float value) {
    int end = ShortestFloat.write(value, bytes, 0);
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
  }
}
