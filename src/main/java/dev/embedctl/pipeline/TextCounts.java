package dev.embedctl.pipeline;

import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the tokens of a chunk's texts, each once: its key, its check and its request use the same
 * count. Thread-safe.
 */
final class TextCounts {
  private final EmbeddingProvider provider;
  private final Map<String, CountedText> counted = new ConcurrentHashMap<>();

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

  /** Frees the counts of a chunk that is done; they are made again if another chunk needs them. */
  void free(List<WantedText> texts) {
    if (!counted.isEmpty()) {
      texts.forEach(text -> counted.remove(text.text()));
    }
  }

  /** Frees all counts. */
  void clear() {
    counted.clear();
  }
}
