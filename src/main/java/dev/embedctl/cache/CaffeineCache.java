package dev.embedctl.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the vectors that this run stores in memory, in front of a cache that may not keep them. It
 * is not in front of a log, which finds them as fast: there, moving its vectors through the heap
 * took a tenth of the processor time of a run with new texts.
 */
public final class CaffeineCache implements VectorCache {
  /** The default size in memory. */
  public static final long USUAL_BYTES = 64L << 20;

  private static final int ENTRY_BYTES = 128;

  private final VectorCache behind;
  private final Cache<CacheKey, Vector> stored;

  public CaffeineCache(VectorCache behind, long bytes) {
    this.behind = behind;
    this.stored =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((CacheKey key, Vector vector) -> weight(vector))
            // Eviction is fast, and a run must not leave threads of a common pool behind.
            .executor(Runnable::run)
            .build();
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    if (stored.estimatedSize() == 0) {
      return behind.lookup(keys);
    }
    Map<CacheKey, Vector> found = HashMap.newHashMap(keys.size());
    List<CacheKey> others = new ArrayList<>();
    for (CacheKey key : keys) {
      Vector vector = stored.getIfPresent(key);
      if (vector == null) {
        others.add(key);
      } else {
        found.put(key, vector);
      }
    }
    if (!others.isEmpty()) {
      found.putAll(behind.lookup(others));
    }
    return found;
  }

  @Override
  public Claim claim(List<CacheKey> keys) throws IOException {
    return behind.claim(keys);
  }

  @Override
  public boolean beganBefore(Instant time) throws IOException {
    return behind.beganBefore(time);
  }

  @Override
  public Optional<CacheKey> firstStoredBefore(Instant time, List<CacheKey> keys)
      throws IOException {
    return behind.firstStoredBefore(time, keys);
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) throws IOException {
    behind.store(vectors);
    stored.putAll(vectors);
  }

  /** Vectors that may have to be forgotten are not kept in memory. */
  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) throws IOException {
    behind.storeDoubted(vectors);
  }

  @Override
  public void forgetDoubted() throws IOException {
    behind.forgetDoubted();
  }

  @Override
  public void force() throws IOException {
    behind.force();
  }

  @Override
  public boolean knowsEncoding() {
    return behind.knowsEncoding();
  }

  @Override
  public void confirmEncoding() throws IOException {
    behind.confirmEncoding();
  }

  @Override
  public void close() throws IOException {
    stored.invalidateAll();
    behind.close();
  }

  private static int weight(Vector vector) {
    return ENTRY_BYTES + vector.dimensions() * Float.BYTES;
  }
}
