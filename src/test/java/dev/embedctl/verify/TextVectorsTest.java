package dev.embedctl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Vector;
import dev.embedctl.verify.TextVectors.Comparison;
import org.junit.jupiter.api.Test;

final class TextVectorsTest {
  private static final int TEXTS = 200_000;
  private static final Vector ONE = Vector.wrap(1, 2);
  private static final Vector OTHER = Vector.wrap(1, 3);

  @Test
  void remembersEachTextsVectorWhileItGrows() {
    TextVectors texts = new TextVectors(Long.MAX_VALUE);
    for (int i = 0; i < TEXTS; i++) {
      assertEquals(Comparison.AGREES, texts.compare("text " + i, i % 2 == 0 ? ONE : OTHER));
    }
    for (int i = 0; i < TEXTS; i++) {
      Vector same = i % 2 == 0 ? ONE : OTHER;
      assertEquals(Comparison.AGREES, texts.compare("text " + i, same), "text " + i);
      assertEquals(Comparison.DIFFERS, texts.compare("text " + i, i % 2 == 0 ? OTHER : ONE));
    }
  }

  @Test
  void answersUnknownWithoutMemoryLeft() {
    int room = 1 << 20;
    TextVectors texts = new TextVectors(room);
    int remembered = 0;
    for (int i = 0; i < TEXTS; i++) {
      remembered += texts.compare("text " + i, ONE) == Comparison.AGREES ? 1 : 0;
    }

    assertTrue(remembered < room / Long.BYTES, "remembered " + remembered);
    assertTrue(remembered > room / Long.BYTES / 2, "remembered " + remembered);
    assertEquals(Comparison.DIFFERS, texts.compare("text 0", OTHER));
  }
}
