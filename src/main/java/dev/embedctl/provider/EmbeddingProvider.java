package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns texts into vectors. Safe for many threads at once. */
public interface EmbeddingProvider extends AutoCloseable {
  /** Bytes of a text, and so tokens at most: the smallest models take 77 tokens. */
  int SHORTER_THAN_ANY_LIMIT = 64;

  /** All that decides the vectors it gives. */
  EmbeddingSpec spec();

  /** What it makes of the lengths of the model's vectors; its spec's revision holds it too. */
  default Normalization normalization() {
    return Normalization.NONE;
  }

  /** What one request may hold; less, once a run has learned that the provider takes less. */
  ProviderLimits limits();

  /**
   * How many tokens the model sees in a text, its special tokens included: counted where the
   * tokenizer is known, else estimated (and then {@link ProviderLimits#tokensPerText} is empty).
   */
  int tokens(String text);

  /** A text with its {@link #tokens}, to be sent to this provider without being counted again. */
  default CountedText count(String text) {
    return CountedText.of(text, tokens(text));
  }

  /** The longest text that the model takes, where that is known. */
  default Optional<TextLimit> longestText() {
    OptionalInt tokens = limits().tokensPerText();
    return tokens.isPresent()
        ? Optional.of(new TextLimit(tokens.getAsInt(), this::tokens))
        : Optional.empty();
  }

  /** Bytes that a text takes of a request's body, at most: for {@link ProviderLimits}. */
  default int bytes(String text) {
    return TokenCounter.utf8Length(text);
  }

  /**
   * Whether the model surely takes a text with nothing cut off. Where its limit is not known, texts
   * are taken for whole that are shorter than what any model takes.
   */
  default boolean takesWhole(CountedText text) {
    OptionalInt longest = limits().tokensPerText();
    return longest.isPresent()
        ? text.tokens() <= longest.getAsInt()
        : TokenCounter.utf8Length(text.text()) <= SHORTER_THAN_ANY_LIMIT;
  }

  /**
   * The vectors of a request's texts: {@code vectors.get(i)} is that of {@code texts.get(i)}. One
   * call: whoever wants retries wraps this.
   *
   * @throws ProviderException where there are none; it says what may help
   */
  Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException;

  /** The vectors of texts whose tokens were not counted yet. */
  default Embeddings embed(List<String> texts) throws ProviderException, InterruptedException {
    return embed(new EmbeddingRequest(texts.stream().map(this::count).toList()));
  }

  /** The same provider, asked for vectors as numbers where they may come encoded. */
  default EmbeddingProvider inNumbers() {
    return this;
  }

  @Override
  void close();
}
