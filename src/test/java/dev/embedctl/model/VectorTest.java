package dev.embedctl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class VectorTest {
  @Test
  void keepsTheDirectionAtUnitLength() {
    assertEquals(Vector.wrap(0.6f, 0f, -0.8f), Vector.wrap(3f, 0f, -4f).ofUnitLength());
    assertEquals(Vector.wrap(0.6f, 0.8f), Vector.wrap(0x3p100f, 0x4p100f).ofUnitLength());
  }

  @Test
  void zerosStayZerosAndAreReported() {
    assertTrue(Vector.wrap(0f, 0f).ofUnitLength().defect().isPresent());
    assertTrue(Vector.wrap(Float.NaN, 1f).ofUnitLength().defect().isPresent());
    assertTrue(Vector.wrap(Float.POSITIVE_INFINITY, 1f).ofUnitLength().defect().isPresent());
  }
}
