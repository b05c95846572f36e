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
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the vectors that this run stores in memory, in front of a cache that may not keep them. It
 * is not in front of a log, which finds them as fast: there, moving its vectors through the heap
 * took a tenth of the processor time of a run with new texts. A run that stores nothing never loads
 * Caffeine.
 */
public final class CaffeineCache implements VectorCache {
  /** The default size in memory. */
  public static final long USUAL_BYTES = 64L << 20;

  private static final int ENTRY_BYTES = 128;

  private final VectorCache behind;
  private final long bytes;
  private final ReentrantLock creation = new ReentrantLock();
  private volatile Optional<Cache<CacheKey, Vector>> stored = Optional.empty();

  public CaffeineCache(VectorCache behind, long bytes) {
    this.behind = behind;
    this.bytes = bytes;
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Optional<Cache<CacheKey, Vector>> memory = stored;
    return memory.isEmpty() ? behind.lookup(keys) : lookup(memory.get(), keys);
  }

  private Map<CacheKey, Vector> lookup(Cache<CacheKey, Vector> memory, List<CacheKey> keys)
      throws IOException {
    Map<CacheKey, Vector> found = HashMap.newHashMap(keys.size());
    List<CacheKey> others = new ArrayList<>();
    for (CacheKey key : keys) {
      Vector vector = memory.getIfPresent(key);
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
    memory().putAll(vectors);
  }

  private Cache<CacheKey, Vector> memory() {
    Optional<Cache<CacheKey, Vector>> memory = stored;
    if (memory.isPresent()) {
      return memory.get();
    }
    creation.lock();
    try {
      if (stored.isEmpty()) {
        stored = Optional.of(create(bytes));
      }
      return stored.orElseThrow();
    } finally {
      creation.unlock();
    }
  }

  private static Cache<CacheKey, Vector> create(long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((CacheKey key, Vector vector) -> weight(vector))
        // Eviction is fast, and a run must not leave threads of a common pool behind.
        .executor(Runnable::run)
        .build();
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
    stored.ifPresent(Cache::invalidateAll);
    behind.close();
  }

  private static int weight(Vector vector) {
    return ENTRY_BYTES + vector.dimensions() * Float.BYTES;
  }
}
