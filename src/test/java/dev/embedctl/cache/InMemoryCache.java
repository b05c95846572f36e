package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A cache that forgets everything when it goes. */
final class InMemoryCache implements VectorCache {
  private final Map<CacheKey, Vector> vectors = new ConcurrentHashMap<>();

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) {
    Map<CacheKey, Vector> found = new HashMap<>(vectors);
    found.keySet().retainAll(keys);
    return found;
  }

  @Override
  public void store(Map<CacheKey, Vector> more) {
    vectors.putAll(more);
  }

  @Override
  public void close() {
    vectors.clear();
  }
}
