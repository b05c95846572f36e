package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.DIMENSIONS;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.UNSEALED;
import static dev.embedctl.cache.Samples.key;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.look;
import static dev.embedctl.cache.Samples.storeEach;
import static dev.embedctl.cache.Samples.vector;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the files: never a wrong vector, never an undamaged one lost. */
final class LogCacheDamageTest {
  private static final int ROW = RowLayout.HEADER_BYTES + DIMENSIONS * Float.BYTES;
  private static final int ROWS_A_SEGMENT = 40;

  @TempDir Path folder;

  private LogCache open(LogSettings settings) {
    return LogCache.open(folder, SPEC, AT_ONCE, settings);
  }

  private LogFiles files() throws IOException {
    Namespace namespace = Namespace.of(folder, SPEC);
    return namespace.log(namespace.meta());
  }

  private void fill(int rows, LogSettings settings) throws IOException {
    try (LogCache cache = open(settings)) {
      storeEach(cache, 0, rows);
    }
  }

  @Test
  void aLastRowTornAnywhereIsWrittenOver() throws IOException {
    fill(5, UNSEALED);
    Path segment = files().segment(0);
    byte[] whole = Files.readAllBytes(segment);
    assertEquals(5 * ROW, whole.length);
    for (int cut = 4 * ROW; cut < whole.length; cut++) {
      Files.write(segment, Arrays.copyOf(whole, cut));
      try (LogCache cache = open(UNSEALED)) {
        assertEquals(vectors(0, 4), look(cache, keys(0, 5)));
        cache.store(vectors(9, 10));
      }
      assertEquals(5 * ROW, Files.size(segment));
      try (LogCache cache = open(UNSEALED)) {
        assertEquals(Map.of(key(9), vector(9)), look(cache, keys(4, 10)));
        assertEquals(0, cache.counts().damaged());
      }
    }
  }

  @Test
  void aRowWithAFlippedBitIsAMissWhenTheLogIsScanned() throws IOException {
    flipEachByteOfRowTwo(UNSEALED);
  }

  @Test
  void aRowWithAFlippedBitIsAMissWhenTheIndexPointsAtIt() throws IOException {
    flipEachByteOfRowTwo(SMALL);
  }

  private void flipEachByteOfRowTwo(LogSettings settings) throws IOException {
    fill(120, settings);
    Path segment = files().segment(0);
    byte[] whole = Files.readAllBytes(segment);
    for (int i = 0; i < ROW; i++) {
      byte[] flipped = whole.clone();
      flipped[2 * ROW + i] ^= (byte) (1 << (i % 8));
      Files.write(segment, flipped);
      try (LogCache cache = open(settings)) {
        assertEquals(Map.of(key(1), vector(1), key(3), vector(3)), look(cache, keys(1, 4)));
        assertEquals(1, cache.counts().damaged(), "byte " + i);
        assertEquals(117, look(cache, keys(3, 120)).size());
      }
    }
  }

  @Test
  void aDamagedRowIsServedAgainOnceItWasPaidForAgain() throws IOException {
    fill(120, SMALL);
    Path segment = files().segment(1);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[ROW + 60] ^= 4;
    Files.write(segment, bytes);
    int damaged = ROWS_A_SEGMENT + 1;
    try (LogCache cache = open(SMALL)) {
      assertEquals(Map.of(), look(cache, keys(damaged, damaged + 1)));
      cache.store(vectors(damaged, damaged + 1));
      assertEquals(vectors(0, 120), look(cache, keys(0, 120)));
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 120), look(cache, keys(0, 120)));
    }
  }

  @Test
  void aZeroedPageCostsItsRowsOnly() throws IOException {
    for (LogSettings settings : List.of(UNSEALED, SMALL)) {
      fill(240, settings);
      Path segment = files().segment(2);
      byte[] bytes = Files.readAllBytes(segment);
      Arrays.fill(bytes, 10 * ROW + 5, 15 * ROW - 5, (byte) 0);
      Files.write(segment, bytes);
      try (LogCache cache = open(settings)) {
        Map<CacheKey, Vector> found = look(cache, keys(0, 240));
        assertEquals(235, found.size());
        found.forEach((key, vector) -> assertEquals(vectors(0, 240).get(key), vector));
        cache.store(vectors(90, 95));
        assertEquals(vectors(0, 240), look(cache, keys(0, 240)));
      }
      CacheFiles.deleteTree(Namespace.of(folder, SPEC).folder());
    }
  }

  @Test
  void aSegmentThatIsGoneCostsItsRowsOnly() throws IOException {
    for (LogSettings settings : List.of(UNSEALED, SMALL)) {
      fill(200, settings);
      Files.delete(files().segment(1));
      try (LogCache cache = open(settings)) {
        assertEquals(160, look(cache, keys(0, 200)).size());
        assertEquals(vectors(80, 200), look(cache, keys(80, 200)));
        cache.store(vectors(40, 80));
        assertEquals(vectors(0, 200), look(cache, keys(0, 200)));
      }
      try (LogCache cache = open(settings)) {
        assertEquals(vectors(0, 200), look(cache, keys(0, 200)));
      }
      CacheFiles.deleteTree(Namespace.of(folder, SPEC).folder());
    }
  }

  @Test
  void rowsInTheWrongPlaceAreNotBelieved() throws IOException {
    fill(10, UNSEALED);
    Path segment = files().segment(0);
    byte[] bytes = Files.readAllBytes(segment);
    byte[] swapped = bytes.clone();
    System.arraycopy(bytes, 3 * ROW, swapped, 4 * ROW, ROW);
    System.arraycopy(bytes, 4 * ROW, swapped, 3 * ROW, ROW);
    Files.write(segment, swapped);
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(Map.of(), look(cache, keys(3, 5)));
      assertEquals(8, look(cache, keys(0, 10)).size());
    }
  }

  @Test
  void garbageBehindTheLastRowIsSkippedAndWritingGoesOn() throws IOException {
    Random random = new Random(7);
    fill(20, UNSEALED);
    byte[] garbage = new byte[3 * ROW + 11];
    random.nextBytes(garbage);
    Files.write(files().segment(0), garbage, StandardOpenOption.APPEND);
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(4, cache.counts().damaged(), "three rows and one that is cut");
      assertEquals(vectors(0, 20), look(cache, keys(0, 30)));
      storeEach(cache, 20, 60);
    }
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(vectors(0, 60), look(cache, keys(0, 70)));
    }
  }

  @Test
  void anIndexThatIsGarbageOrCutOrGoneIsDoneWithout() throws IOException {
    fill(300, SMALL);
    Path index = files().index(300);
    byte[] whole = Files.readAllBytes(index);
    Random random = new Random(3);
    byte[] garbage = new byte[5000];
    random.nextBytes(garbage);
    for (byte[] content :
        List.of(
            new byte[0],
            garbage,
            new byte[whole.length],
            Arrays.copyOf(whole, whole.length / 2),
            Arrays.copyOf(whole, whole.length - 1),
            Arrays.copyOf(whole, whole.length + 1))) {
      Files.write(index, content);
      try (LogCache cache = open(UNSEALED)) {
        assertEquals(vectors(0, 300), look(cache, keys(0, 310)));
      }
    }
    Files.deleteIfExists(index);
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 300), look(cache, keys(0, 310)));
    }
    assertTrue(Files.exists(index));
  }

  @Test
  void anIndexOfAnotherLogIsDoneWithout() throws IOException {
    EmbeddingSpec other = Samples.spec("mistral", "mistral-embed");
    try (LogCache cache = LogCache.open(folder, other, AT_ONCE, SMALL)) {
      cache.store(vectors(1000, 1200));
    }
    fill(300, UNSEALED);
    Namespace namespace = Namespace.of(folder, other);
    Files.copy(namespace.log(namespace.meta()).index(200), files().index(200));
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(vectors(0, 300), look(cache, keys(0, 310)));
    }
  }

  @Test
  void anIndexNewerThanTheLogIsDoneWithout() throws IOException {
    fill(300, SMALL);
    Files.delete(files().segment(7));
    Files.delete(files().segment(6));
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(vectors(0, 240), look(cache, keys(0, 310)));
      storeEach(cache, 240, 300);
    }
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(vectors(0, 300), look(cache, keys(0, 310)));
    }
  }

  @Test
  void anIndexWhoseLogWasPutBackAndWentAnotherWayIsDoneWithout() throws IOException {
    fill(300, SMALL);
    byte[] index = Files.readAllBytes(files().index(300));
    for (int i = 0; i < 8; i++) {
      Files.delete(files().segment(i));
    }
    Files.delete(files().index(300));
    try (LogCache cache = open(UNSEALED)) {
      storeEach(cache, 200, 600);
    }
    Files.write(files().index(300), index);
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(vectors(200, 600), look(cache, keys(0, 600)));
    }
  }

  @Test
  void anIndexWithFlippedBitsNeverGivesAWrongVectorAndLosesNoneOnceItIsLoaded() throws IOException {
    fill(300, SMALL);
    Path index = files().index(300);
    byte[] whole = Files.readAllBytes(index);
    Random random = new Random(11);
    for (int trial = 0; trial < 200; trial++) {
      byte[] flipped = whole.clone();
      // Where the entries lie, and MapDB's own header.
      flipped[random.nextInt(12_000)] ^= (byte) (1 << random.nextInt(8));
      Files.write(index, flipped);
      try (LogCache cache = open(UNSEALED)) {
        for (int i = 0; i < 20; i++) {
          Vector found = look(cache, List.of(key(i))).getOrDefault(key(i), vector(i));
          assertEquals(vector(i), found);
        }
        assertEquals(vectors(0, 300), look(cache, keys(0, 300)), "trial " + trial);
      }
      Files.write(index, whole);
    }
  }
}
