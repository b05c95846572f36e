package dev.embedctl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Optional;
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

  @Test
  void theCosineIsThatOfTheAngleWhateverTheLengths() {
    assertEquals(0.6, Vector.wrap(3f, 4f).cosine(Vector.wrap(10f, 0f)), 1e-15);
    assertEquals(0, Vector.wrap(1f, 1f).cosine(Vector.wrap(-2f, 2f)));
    assertEquals(-1, Vector.wrap(0x1p100f, 0f).cosine(Vector.wrap(-0x1p-100f, 0f)));
    Vector rounded = Vector.wrap(0.1f, 0.2f, 0.3f);
    assertTrue(rounded.cosine(rounded) <= 1);
  }

  @Test
  void aVectorWithADefectHasNoCosine() {
    assertEquals(Double.NaN, Vector.wrap(0f, 0f).cosine(Vector.wrap(1f, 0f)));
    assertEquals(Double.NaN, Vector.wrap(1f, 0f).cosine(Vector.wrap(Float.NaN, 0f)));
  }

  @Test
  void theGreatestDifferenceIsOfOnePosition() {
    assertEquals(2.5, Vector.wrap(1f, -1f, 3f).greatestDifference(Vector.wrap(0f, 1.5f, 3f)));
  }

  @Test
  void isMeasuredInOnePass() {
    for (int dimensions = 1; dimensions < 20; dimensions++) {
      float[] values = new float[dimensions];
      for (int i = 0; i < dimensions; i++) {
        values[i] = i % 3 == 1 ? -0f : i - 4.5f;
      }
      Vector vector = Vector.wrap(values);
      assertEquals(vector.norm(), vector.measure().length(), 1e-12);
      assertEquals((dimensions + 1) / 3, vector.measure().zeros());
    }
  }

  @Test
  void aMeasureShowsValuesThatAreNotFiniteAtAnyPlace() {
    for (int place = 0; place < 7; place++) {
      for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -Float.MAX_VALUE}) {
        float[] values = {1, 2, 3, 4, 5, 6, 7};
        values[place] = value;
        assertEquals(
            Float.isFinite(value), Double.isFinite(Vector.wrap(values).measure().length()));
      }
    }
    assertTrue(Vector.wrap(0f, Float.MIN_VALUE).measure().length() > 0);
  }

  @Test
  void aVectorInAPartOfAnArrayIsLikeOneOfItsOwn() {
    float[] shared = {Float.NaN, 9, 1, 0, -2, 0.5f, 4, Float.NaN};
    Vector part = Vector.within(shared, 2, 5);
    Vector whole = Vector.wrap(1, 0, -2, 0.5f, 4);
    FloatBuffer buffer = FloatBuffer.allocate(5);
    part.writeTo(buffer);

    assertEquals(whole, part);
    assertEquals(whole.hashCode(), part.hashCode());
    assertEquals(5, part.dimensions());
    assertEquals(-2, part.at(2));
    assertThrows(IndexOutOfBoundsException.class, () -> part.at(5));
    assertThrows(IndexOutOfBoundsException.class, () -> part.at(-1));
    assertArrayEquals(whole.toArray(), part.toArray());
    assertArrayEquals(whole.toArray(), buffer.array());
    assertEquals(whole.norm(), part.norm());
    assertEquals(whole.measure(), part.measure());
    assertEquals(1, part.cosine(whole), 1e-12);
    assertEquals(0, part.greatestDifference(whole));
    assertEquals(whole.ofUnitLength(), part.ofUnitLength());
    assertEquals(Optional.empty(), part.defect());
    assertEquals(Optional.of("value 1 is NaN"), Vector.within(shared, 6, 2).defect());
    assertNotEquals(part, Vector.within(shared, 1, 5));
    assertThrows(IllegalArgumentException.class, () -> part.cosine(Vector.wrap(1, 0)));
    Vector alone = part.alone();
    shared[2] = 7; // breaks the rule of within(), to see who shares the array
    assertEquals(whole, alone);
    assertNotEquals(whole, part);
    assertThrows(IndexOutOfBoundsException.class, () -> Vector.within(shared, 4, 5));
    assertThrows(IllegalArgumentException.class, () -> Vector.within(shared, 4, 0));
  }
}
