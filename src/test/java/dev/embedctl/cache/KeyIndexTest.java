package dev.embedctl.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyIndexTest {
  private static final int BATCH = 1000;

  @TempDir private Path folder;

  /** The keys of more rows than 200,000 are not read in the order of the rows. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5_000, 205_000})
  void givesEachKeyWithItsNewestSlotInTheOrderOfTheKeys(int rows) throws IOException {
    Random random = new Random(1);
    Map<CacheKey, Integer> newest = new HashMap<>();
    try (KeyIndex index = new KeyIndex(Optional.empty());
        VectorLog log =
            VectorLog.forWriting(
                new LogFiles(folder), RowLayout.within(1 << 20, 1), CacheFiles::open)) {
      List<CacheKey> added = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        boolean again = row > 0 && random.nextInt(10) == 0;
        added.add(again ? added.get(random.nextInt(row)) : key(random));
      }
      for (int from = 0; from < rows; from += BATCH) {
        List<CacheKey> batch = added.subList(from, Math.min(rows, from + BATCH));
        int slot = log.append(batch.stream().map(KeyIndexTest::row).toList());
        for (CacheKey key : batch) {
          index.put(key, slot, log::holds);
          newest.put(key, slot++);
        }
      }
      List<CacheKey> given = new ArrayList<>();
      index.giveTo(
          (key, slot) -> {
            assertTrue(given.isEmpty() || given.getLast().compareTo(key) < 0);
            assertEquals(newest.get(key), slot);
            given.add(key);
          },
          log);
      assertEquals(newest.size(), given.size());
    }
  }

  private static Row row(CacheKey key) {
    return new Row(key, Vector.wrap(1f), 0);
  }

  /** A key; some begin alike. */
  private static CacheKey key(Random random) {
    byte[] bytes = new byte[CacheKey.BYTES];
    random.nextBytes(bytes);
    if (random.nextInt(100) == 0) {
      ByteBuffer.wrap(bytes).putLong(0, 7);
    }
    return CacheKey.ofBytes(bytes);
  }
}
