package dev.embedctl.service;

/**
 * The figures of a finished batch.
 *
 * @param cacheHits texts whose vectors were in the cache when they were looked up
 * @param totalCount texts given
 * @param processingTimeSeconds wall-clock time of the whole batch, in seconds
 */
public record BatchFigures(long cacheHits, long totalCount, double processingTimeSeconds) {

  /** The share of texts that were in the cache, from 0 to 1; 0 for an empty batch. */
  public double cacheHitRate() {
    return totalCount == 0 ? 0 : (double) cacheHits / totalCount;
  }
}
