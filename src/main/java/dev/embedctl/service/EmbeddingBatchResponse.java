package dev.embedctl.service;

import java.util.List;

/**
 * The embeddings of a list of texts.
 *
 * @param embeddings in the order of the texts; without failed texts, if failures are collected
 * @param errors the texts that failed, in their order; always empty if the first failure ends the
 *     batch
 * @param cacheHits texts whose vectors were in the cache when they were looked up
 * @param totalCount texts given
 * @param processingTimeSeconds wall-clock time of the whole batch, in seconds
 */
public record EmbeddingBatchResponse(
    List<EmbeddingResponse> embeddings,
    List<EmbeddingError> errors,
    long cacheHits,
    long totalCount,
    double processingTimeSeconds) {
  public EmbeddingBatchResponse {
    embeddings = List.copyOf(embeddings);
    errors = List.copyOf(errors);
  }

  /** The share of texts that were in the cache, from 0 to 1; 0 for an empty batch. */
  public double cacheHitRate() {
    return new BatchFigures(cacheHits, totalCount, processingTimeSeconds).cacheHitRate();
  }
}
