package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A view of a log cache that finds only vectors that were stored since it was opened. With it, a
 * run embeds all its texts again, but each only once. Closing it closes the cache.
 */
public final class FreshOnly implements VectorCache {
  private final LogCache cache;
  private final int firstFreshSlot;

  private FreshOnly(LogCache cache, int firstFreshSlot) {
    this.cache = cache;
    this.firstFreshSlot = firstFreshSlot;
  }

  /** The view of a cache. */
  public static FreshOnly of(LogCache cache) {
    return new FreshOnly(cache, cache.firstFreshSlot());
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    return cache.lookupFrom(firstFreshSlot, keys);
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) throws IOException {
    cache.store(vectors);
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) throws IOException {
    cache.storeDoubted(vectors);
  }

  @Override
  public void forgetDoubted() throws IOException {
    cache.forgetDoubted();
  }

  @Override
  public void force() throws IOException {
    cache.force();
  }

  @Override
  public boolean knowsEncoding() {
    return cache.knowsEncoding();
  }

  @Override
  public void confirmEncoding() throws IOException {
    cache.confirmEncoding();
  }

  @Override
  public void close() throws IOException {
    cache.close();
  }
}
