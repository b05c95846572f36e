package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The view of a cache for the run that writes the output of a lane: texts that the lane has paid
 * for are missing in it, so that they are counted and written as those that were bought, not found.
 * {@link BoughtTexts} returns their vectors. It has no old vectors to compare new ones with: the
 * lane did that.
 */
final class BoughtCache implements VectorCache {
  private final VectorCache cache;
  private final PaidTexts paid;

  BoughtCache(VectorCache cache, PaidTexts paid) {
    this.cache = cache;
    this.paid = paid;
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> found = new HashMap<>(cache.lookup(keys));
    found.keySet().removeAll(paid.among(found.keySet()));
    return found;
  }

  @Override
  public Claim claim(List<CacheKey> keys) throws IOException {
    Claim claim = cache.claim(keys);
    Map<CacheKey, Vector> found = new HashMap<>(claim.found());
    Set<CacheKey> granted = new HashSet<>(claim.granted());
    for (CacheKey bought : paid.among(claim.found().keySet())) {
      found.remove(bought);
      granted.add(bought);
    }
    return new Claim(found, granted, claim.onClose());
  }

  /** Stores the vectors that the lane did not store before, and marks them as paid too. */
  @Override
  public void store(Map<CacheKey, Vector> vectors) throws IOException {
    Map<CacheKey, Vector> fresh = fresh(vectors);
    if (!fresh.isEmpty()) {
      paid.add(fresh.keySet());
      cache.store(fresh);
    }
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) throws IOException {
    Map<CacheKey, Vector> fresh = fresh(vectors);
    if (!fresh.isEmpty()) {
      cache.storeDoubted(fresh);
    }
  }

  private Map<CacheKey, Vector> fresh(Map<CacheKey, Vector> vectors) throws IOException {
    Map<CacheKey, Vector> fresh = new HashMap<>(vectors);
    fresh.keySet().removeAll(cache.lookup(List.copyOf(vectors.keySet())).keySet());
    return fresh;
  }

  @Override
  public void forgetDoubted() throws IOException {
    cache.forgetDoubted();
  }

  @Override
  public void force() throws IOException {
    paid.force();
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

  /** The cache is closed by its owner. */
  @Override
  public void close() {}
}
