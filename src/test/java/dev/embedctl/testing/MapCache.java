package dev.embedctl.testing;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A cache in memory. */
public class MapCache implements VectorCache {
  private final Map<CacheKey, Vector> vectors = new ConcurrentHashMap<>();

  public int size() {
    return vectors.size();
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> found = new HashMap<>();
    for (CacheKey key : keys) {
      if (vectors.containsKey(key)) {
        found.put(key, vectors.get(key));
      }
    }
    return found;
  }

  @Override
  public void store(Map<CacheKey, Vector> bought) throws IOException {
    vectors.putAll(bought);
  }

  @Override
  public void close() throws IOException {}
}
