package dev.embedctl.provider;

import java.util.List;

/**
 * Texts to embed in one call.
 *
 * @param tokens that the model sees in them together, as {@link EmbeddingProvider#tokens} counts
 */
public record EmbeddingRequest(List<String> texts, long tokens) {
  public EmbeddingRequest {
    texts = List.copyOf(texts);
    if (tokens < 0) {
      throw new IllegalArgumentException("tokens: " + tokens);
    }
  }
}
