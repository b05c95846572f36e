package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A log cache that has forgotten, to those who look up, all that was there when it was opened. */
final class FreshOnly implements VectorCache {
  private final LogCache cache;
  private final int firstFreshSlot;

  FreshOnly(LogCache cache, int firstFreshSlot) {
    this.cache = cache;
    this.firstFreshSlot = firstFreshSlot;
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
  public void close() throws IOException {
    cache.close();
  }
}
