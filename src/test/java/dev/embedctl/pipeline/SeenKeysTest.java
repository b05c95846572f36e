package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SeenKeysTest {
  private static CacheKey key(long seed) {
    byte[] bytes = new byte[CacheKey.BYTES];
    new Random(seed).nextBytes(bytes);
    return CacheKey.ofBytes(bytes);
  }

  @Test
  void knowsWhatWasAddedAndNothingElseHoweverMuchItGrew() {
    SeenKeys seen = new SeenKeys(1 << 20);
    for (int i = 0; i < 20_000; i++) {
      assertFalse(seen.contains(key(i)));
      assertTrue(seen.add(key(i)));
    }
    assertTrue(IntStream.range(0, 20_000).allMatch(i -> seen.contains(key(i))));
    assertFalse(IntStream.range(20_000, 40_000).anyMatch(i -> seen.contains(key(i))));
  }

  @Test
  void takesNoMoreThanItsMemoryHoldsAndKeepsWhatItHas() {
    int held = 0;
    SeenKeys seen = new SeenKeys(12 * 4096);
    while (seen.add(key(held))) {
      held++;
    }

    assertTrue(held > 2048 && held < 4096, () -> "cells of 8 bytes, two thirds filled");
    assertFalse(seen.contains(key(held)));
    assertTrue(IntStream.range(0, held).allMatch(i -> seen.contains(key(i))));
  }

  @Test
  void takesTheKeyThatBeginsWithZeros() {
    SeenKeys seen = new SeenKeys(1024);
    CacheKey zeros = CacheKey.ofBytes(new byte[CacheKey.BYTES]);

    assertFalse(seen.contains(zeros));
    seen.add(zeros);

    assertTrue(seen.contains(zeros));
    assertEquals(0, zeros.prefix());
  }
}
