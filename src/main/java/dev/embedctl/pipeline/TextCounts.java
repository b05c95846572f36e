package dev.embedctl.pipeline;

import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the tokens of a chunk's texts, each once: its key, its check and its request use the same
 * count. One thread uses it.
 */
final class TextCounts {
  private final EmbeddingProvider provider;
  private final Map<String, CountedText> counted = new HashMap<>();

  TextCounts(EmbeddingProvider provider) {
    this.provider = provider;
  }

  /** The text with its tokens. */
  CountedText of(String text) {
    return counted.computeIfAbsent(text, provider::count);
  }

  /** Whether the model surely takes a text without cutting it. */
  boolean isWhole(String text) {
    return provider.takesWhole(of(text));
  }

  /** Frees the counts of a chunk that is done. */
  void clear() {
    counted.clear();
  }
}
