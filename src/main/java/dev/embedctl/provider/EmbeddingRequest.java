package dev.embedctl.provider;

import java.util.List;

/** Texts to embed in one call, each with its tokens as the provider counted them. */
public record EmbeddingRequest(List<CountedText> counted) {
  public EmbeddingRequest {
    counted = List.copyOf(counted);
  }

  /** The texts without their counts. */
  public List<String> texts() {
    return counted.stream().map(CountedText::text).toList();
  }

  /** The tokens that the model sees in all the texts together. */
  public long tokens() {
    return counted.stream().mapToLong(CountedText::tokens).sum();
  }

  /** A request for the last text alone. */
  EmbeddingRequest ofLast() {
    return new EmbeddingRequest(List.of(counted.getLast()));
  }
}
