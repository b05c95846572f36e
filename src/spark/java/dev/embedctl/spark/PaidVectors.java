package dev.embedctl.spark;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The cache as the engine of a task sees it: nothing is in it, since the join has removed what is,
 * and what the engine stores leaves the task as rows. Vectors that may prove to be wrong are held
 * back until the task ends.
 */
final class PaidVectors implements VectorCache {
  private final Handover handover;
  private final CallCounter calls;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<CacheKey, Vector> doubted = new LinkedHashMap<>();
  private boolean refuted;
  private volatile boolean encodingConfirmed;

  PaidVectors(Handover handover, CallCounter calls, boolean encodingConfirmed) {
    this.handover = handover;
    this.calls = calls;
    this.encodingConfirmed = encodingConfirmed;
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) {
    return Map.of();
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) throws IOException {
    CallCounter.Charge charge = calls.take();
    List<Handover.Paid> paid = new ArrayList<>(vectors.size());
    for (Map.Entry<CacheKey, Vector> each : vectors.entrySet()) {
      paid.add(new Handover.Paid(each.getKey(), each.getValue(), charge));
      charge = CallCounter.Charge.NONE;
    }
    try {
      handover.put(paid);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while vectors were handed to Spark");
    }
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) {
    lock.lock();
    try {
      if (!refuted) {
        doubted.putAll(vectors);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void forgetDoubted() {
    lock.lock();
    try {
      refuted = true;
      doubted.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Hands over what no reply of the task has refuted. No request is in flight any more. */
  void end() throws IOException {
    if (!doubted.isEmpty()) {
      store(doubted);
    }
  }

  @Override
  public boolean knowsEncoding() {
    return encodingConfirmed;
  }

  @Override
  public void confirmEncoding() {
    encodingConfirmed = true;
  }

  @Override
  public void close() {}
}
