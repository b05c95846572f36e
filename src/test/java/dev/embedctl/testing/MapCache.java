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
  private final Map<CacheKey, Vector> doubted = new ConcurrentHashMap<>();
  private volatile boolean forgotten;
  private volatile boolean encodingIsKnown;

  public int size() {
    return vectors.size() + doubted.size();
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> found = new HashMap<>();
    for (CacheKey key : keys) {
      Vector vector = vectors.getOrDefault(key, doubted.get(key));
      if (vector != null) {
        found.put(key, vector);
      }
    }
    return found;
  }

  @Override
  public void store(Map<CacheKey, Vector> bought) throws IOException {
    vectors.putAll(bought);
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> bought) throws IOException {
    if (!forgotten) {
      doubted.putAll(bought);
    }
  }

  @Override
  public void forgetDoubted() throws IOException {
    forgotten = true;
    doubted.clear();
  }

  @Override
  public boolean knowsEncoding() {
    return encodingIsKnown;
  }

  @Override
  public void confirmEncoding() throws IOException {
    encodingIsKnown = true;
  }

  @Override
  public void close() throws IOException {}
}
