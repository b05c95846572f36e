package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.Vector;
import dev.embedctl.testing.MapCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CaffeineCacheTest {

  /** A cache that remembers what it was asked. */
  private static final class Asked implements VectorCache {
    private final MapCache memory = new MapCache();
    private final List<CacheKey> asked = new ArrayList<>();
    private boolean full;

    @Override
    public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
      asked.addAll(keys);
      return memory.lookup(keys);
    }

    @Override
    public void store(Map<CacheKey, Vector> vectors) throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
      memory.store(vectors);
    }

    @Override
    public void storeDoubted(Map<CacheKey, Vector> vectors) throws IOException {
      memory.storeDoubted(vectors);
    }

    @Override
    public void forgetDoubted() throws IOException {
      memory.forgetDoubted();
    }

    @Override
    public boolean knowsEncoding() {
      return memory.knowsEncoding();
    }

    @Override
    public void confirmEncoding() throws IOException {
      memory.confirmEncoding();
    }

    @Override
    public void close() throws IOException {
      memory.close();
    }
  }

  @Test
  void asksTheCacheBehindOnlyForWhatThisRunDidNotStore() throws IOException {
    Asked behind = new Asked();
    behind.store(vectors(0, 10));
    try (CaffeineCache cache = new CaffeineCache(behind, CaffeineCache.USUAL_BYTES)) {
      cache.store(vectors(10, 20));
      assertEquals(vectors(5, 15), cache.lookup(keys(5, 15)));
      assertEquals(keys(5, 10), behind.asked);
    }
  }

  @Test
  void findsByPositionWhatThisRunStoredAndWhatTheCacheBehindHas() throws IOException {
    Asked behind = new Asked();
    behind.store(vectors(0, 10));
    try (CaffeineCache cache = new CaffeineCache(behind, CaffeineCache.USUAL_BYTES)) {
      assertEquals(vectors(5, 10), cache.find(keys(5, 15)).byKey(keys(5, 15)));
      cache.store(vectors(10, 20));
      assertEquals(vectors(5, 20), cache.find(keys(5, 25)).byKey(keys(5, 25)));
      assertEquals(vectors(0, 5), cache.find(keys(0, 5)).byKey(keys(0, 5)));
    }
  }

  @Test
  void doesNotKeepWhatTheCacheBehindFound() throws IOException {
    Asked behind = new Asked();
    behind.store(vectors(0, 10));
    try (CaffeineCache cache = new CaffeineCache(behind, CaffeineCache.USUAL_BYTES)) {
      cache.store(vectors(10, 11));
      assertEquals(vectors(0, 10), cache.lookup(keys(0, 10)));
      assertEquals(vectors(0, 10), cache.lookup(keys(0, 10)));
      assertEquals(20, behind.asked.size());
    }
  }

  @Test
  void doesNotGiveWhatTheCacheBehindCouldNotKeep() throws IOException {
    Asked behind = new Asked();
    try (CaffeineCache cache = new CaffeineCache(behind, CaffeineCache.USUAL_BYTES)) {
      behind.full = true;
      assertThrows(IOException.class, () -> cache.store(vectors(0, 5)));
      assertEquals(Map.of(), cache.lookup(keys(0, 5)));
    }
  }
}
