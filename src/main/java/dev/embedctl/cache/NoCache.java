package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Map;

/** A cache that remembers nothing. */
public final class NoCache implements VectorCache {

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) {
    return Map.of();
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) {
    // Nothing to keep, and nobody was promised that it would be.
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) {
    // Nothing to keep either.
  }

  @Override
  public void forgetDoubted() {
    // Nothing was kept.
  }

  @Override
  public boolean knowsEncoding() {
    return false;
  }

  @Override
  public void confirmEncoding() {
    // It is confirmed anew by the next run.
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
