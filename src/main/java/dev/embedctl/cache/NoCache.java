package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Map;

/** A cache that stores nothing. */
public final class NoCache implements VectorCache {

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) {
    return Map.of();
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) {
    // Nothing is stored.
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) {
    // Nothing is stored.
  }

  @Override
  public void forgetDoubted() {
    // Nothing was stored.
  }

  @Override
  public boolean knowsEncoding() {
    return false;
  }

  @Override
  public void confirmEncoding() {
    // The next run confirms it again.
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
