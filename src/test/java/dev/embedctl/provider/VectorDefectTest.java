package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Vector;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VectorDefectTest {
  /** Rules out nothing, so that the vector is looked at closely. */
  private static final Vector.Measure UNKNOWN = new Vector.Measure(Double.NaN, 0);

  @Test
  void aMeasureRulesOutNoDefectThatACloseLookFinds() {
    Random random = new Random(1);
    int defects = 0;
    int usual = 0;
    for (int i = 0; i < 100_000; i++) {
      Vector vector = vector(random);
      Optional<String> close = VectorDefect.of(vector, UNKNOWN);
      assertEquals(close, VectorDefect.of(vector));
      defects += close.isPresent() ? 1 : 0;
      usual += close.isPresent() ? 0 : 1;
    }
    assertTrue(defects > 10_000 && usual > 10_000, defects + " defects, " + usual + " usual");
  }

  private static Vector vector(Random random) {
    float[] values = new float[1 + random.nextInt(24)];
    int zeroFrom = random.nextInt(values.length + 1);
    int zeroEvery = 1 + random.nextInt(3);
    float greatest = random.nextInt(5) == 0 ? 1e6f : 1;
    for (int i = 0; i < values.length; i++) {
      values[i] = i >= zeroFrom && i % zeroEvery == 0 ? 0 : random.nextFloat() * greatest;
    }
    if (random.nextInt(10) == 0) {
      values[random.nextInt(values.length)] =
          switch (random.nextInt(4)) {
            case 0 -> Float.NaN;
            case 1 -> Float.NEGATIVE_INFINITY;
            case 2 -> Float.MIN_VALUE;
            default -> Float.MAX_VALUE;
          };
    }
    return Vector.wrap(values);
  }
}
