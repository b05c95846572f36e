package dev.embedctl.service;

import dev.embedctl.model.Vector;
import java.util.Objects;

/**
 * The embedding of one text.
 *
 * @param index the text's place among those given, from 0
 * @param embedding its vector, as float32 values
 * @param cached whether it was in the cache, so that nothing was paid for it
 */
public record EmbeddingResponse(long index, Vector embedding, boolean cached) {
  public EmbeddingResponse {
    Objects.requireNonNull(embedding);
  }
}
