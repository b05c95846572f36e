package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class NoCacheTest {
  @Test
  void remembersNothing() {
    try (NoCache cache = new NoCache()) {
      cache.store(vectors(0, 3));
      assertEquals(Map.of(), cache.lookup(keys(0, 3)));
    }
  }
}
