package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.key;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.vector;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every cache does. */
interface VectorCacheContract {

  /** A new cache; one that needs a folder may have this. */
  VectorCache open(Path folder);

  @Test
  default void findsNothingWhereNothingWasStored(@TempDir Path folder) throws IOException {
    try (VectorCache cache = open(folder)) {
      assertEquals(Map.of(), cache.lookup(keys(0, 10)));
      assertEquals(Map.of(), cache.lookup(List.of()));
    }
  }

  @Test
  default void findsWhatWasStoredAndNothingElse(@TempDir Path folder) throws IOException {
    try (VectorCache cache = open(folder)) {
      cache.store(vectors(0, 100));
      assertEquals(vectors(50, 100), cache.lookup(keys(50, 150)));
    }
  }

  @Test
  default void keepsEveryBitOfAVector(@TempDir Path folder) throws IOException {
    Vector odd =
        Vector.wrap(
            -0.0f,
            0.0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL / 2,
            Float.MAX_VALUE,
            Math.nextUp(1f),
            -1f / 3);
    try (VectorCache cache = open(folder)) {
      cache.store(Map.of(key(1), odd));
      Vector found = cache.lookup(List.of(key(1))).get(key(1));
      for (int i = 0; i < odd.dimensions(); i++) {
        assertEquals(Float.floatToRawIntBits(odd.at(i)), Float.floatToRawIntBits(found.at(i)));
      }
    }
  }

  @Test
  default void givesTheVectorThatWasStoredLast(@TempDir Path folder) throws IOException {
    try (VectorCache cache = open(folder)) {
      cache.store(vectors(0, 10));
      cache.store(Map.of(key(3), vector(1003)));
      cache.store(Map.of(key(3), vector(2003)));
      assertEquals(Map.of(key(3), vector(2003)), cache.lookup(List.of(key(3))));
      assertEquals(Map.of(key(4), vector(4)), cache.lookup(List.of(key(4))));
    }
  }

  @Test
  default void findsWhatIsDoubtedUntilItIsForgottenAndKeepsNoMoreOfIt(@TempDir Path folder)
      throws IOException {
    try (VectorCache cache = open(folder)) {
      cache.store(vectors(0, 5));
      cache.storeDoubted(vectors(5, 10));
      cache.storeDoubted(vectors(10, 15));
      assertEquals(vectors(0, 15), cache.lookup(keys(0, 20)));

      cache.forgetDoubted();
      cache.storeDoubted(vectors(15, 20));
      assertEquals(vectors(0, 5), cache.lookup(keys(0, 20)));

      cache.store(vectors(5, 10));
      assertEquals(vectors(0, 10), cache.lookup(keys(0, 20)));
    }
  }

  @Test
  default void remembersThatTheEncodingIsRight(@TempDir Path folder) throws IOException {
    try (VectorCache cache = open(folder)) {
      assertFalse(cache.knowsEncoding());
      cache.confirmEncoding();
      assertTrue(cache.knowsEncoding());
    }
  }

  @Test
  default void takesAKeyThatStandsTwiceInALookup(@TempDir Path folder) throws IOException {
    try (VectorCache cache = open(folder)) {
      cache.store(vectors(0, 2));
      assertEquals(
          Map.of(key(1), vector(1)), cache.lookup(List.of(key(1), key(9), key(1), key(9))));
    }
  }

  @Test
  default void takesAnEmptyBatch(@TempDir Path folder) throws IOException {
    try (VectorCache cache = open(folder)) {
      cache.store(Map.of());
      assertEquals(Map.of(), cache.lookup(keys(0, 2)));
    }
  }

  @Test
  default void tellsKeysWithEqualBeginningsApart(@TempDir Path folder) throws IOException {
    byte[] one = new byte[CacheKey.BYTES];
    byte[] other = one.clone();
    other[CacheKey.BYTES - 1] = 1;
    byte[] third = one.clone();
    third[8] = 7;
    try (VectorCache cache = open(folder)) {
      cache.store(Map.of(CacheKey.ofBytes(one), vector(1)));
      assertEquals(Map.of(), cache.lookup(List.of(CacheKey.ofBytes(other))));
      cache.store(Map.of(CacheKey.ofBytes(other), vector(2)));
      assertEquals(
          Map.of(CacheKey.ofBytes(one), vector(1), CacheKey.ofBytes(other), vector(2)),
          cache.lookup(
              List.of(CacheKey.ofBytes(one), CacheKey.ofBytes(other), CacheKey.ofBytes(third))));
    }
  }

  @Test
  default void manyThreadsStoreAndLookUpAtOnce(@TempDir Path folder) throws Exception {
    int batches = 40;
    int batch = 25;
    try (VectorCache cache = open(folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < batches; i++) {
        int from = i * batch;
        done.add(
            threads.submit(
                () -> {
                  cache.store(vectors(from, from + batch));
                  assertEquals(vectors(from, from + batch), cache.lookup(keys(from, from + batch)));
                  return true;
                }));
        done.add(
            threads.submit(
                () -> {
                  Map<CacheKey, Vector> all = vectors(0, batches * batch);
                  cache
                      .lookup(keys(0, batches * batch))
                      .forEach((key, vector) -> assertEquals(all.get(key), vector));
                  return true;
                }));
      }
      awaitAll(done);
      assertEquals(vectors(0, batches * batch), cache.lookup(keys(0, batches * batch)));
    }
  }

  @Test
  default void anInterruptedThreadHarmsNobody(@TempDir Path folder) throws IOException {
    try (VectorCache cache = open(folder)) {
      cache.store(vectors(0, 60));
      Thread.currentThread().interrupt();
      cache.store(vectors(60, 90));
      assertEquals(vectors(0, 90), cache.lookup(keys(0, 90)));
      assertTrue(Thread.interrupted());
      cache.store(vectors(90, 100));
      assertEquals(vectors(0, 100), cache.lookup(keys(0, 100)));
    } finally {
      // Whatever failed, the next test starts without it.
      boolean unused = Thread.interrupted();
    }
  }

  @Test
  default void canBeClosedTwice(@TempDir Path folder) throws IOException {
    VectorCache cache = open(folder);
    cache.store(vectors(0, 3));
    cache.close();
    cache.close();
  }

  private static void awaitAll(List<Future<?>> tasks)
      throws InterruptedException, ExecutionException {
    for (Future<?> task : tasks) {
      task.get();
    }
  }
}
