package dev.embedctl.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogCacheKillTest {
  private static final int KILLS = 10;

  @Test
  void whatWasStoredIsThereAfterKillMinus9(@TempDir Path folder) throws Exception {
    Random random = new Random(5);
    BitSet stored = new BitSet();
    for (int kill = 0; kill < KILLS; kill++) {
      // Numbers that a killed process may have stored without saying so are not used again.
      int start = stored.length() + 1000;
      try (ChildJvm child =
          ChildJvm.run(KilledWriter.class, folder.toString(), Integer.toString(start))) {
        for (int acks = 1 + random.nextInt(60); acks > 0; acks--) {
          stored.set(start, Integer.parseInt(child.readLine()));
        }
        for (String line : child.kill()) {
          stored.set(start, Integer.parseInt(line));
        }
      }
      assertAllThere(folder, stored);
    }
    assertTrue(
        new CacheMaintenance(folder, Samples.AT_ONCE, KilledWriter.SETTINGS).verify().sound());
  }

  private static void assertAllThere(Path folder, BitSet stored) throws IOException {
    try (LogCache cache =
        LogCache.open(folder, Samples.SPEC, Samples.AT_ONCE, KilledWriter.SETTINGS)) {
      var found = cache.lookup(stored.stream().mapToObj(Samples::key).toList());
      stored.stream()
          .forEach(
              number ->
                  assertEquals(
                      Samples.vector(number, KilledWriter.DIMENSIONS),
                      found.get(Samples.key(number)),
                      "text " + number));
      assertEquals(0, cache.counts().damaged());
    }
  }
}
