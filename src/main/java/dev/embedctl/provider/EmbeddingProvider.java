package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns texts into vectors. Safe for many threads at once. */
public interface EmbeddingProvider extends AutoCloseable {
  /** Every model takes a text of this many bytes, since the smallest limit is 77 tokens. */
  int SHORTER_THAN_ANY_LIMIT = 64;

  /** Everything except the text that decides a vector. */
  EmbeddingSpec spec();

  /** How vectors are scaled; the revision of the spec contains it too. */
  default Normalization normalization() {
    return Normalization.NONE;
  }

  /** What is sent before each text; its tokens are part of each count. */
  default String prefix() {
    return "";
  }

  /** The limits of one request; a run may lower them when it learns that they are lower. */
  ProviderLimits limits();

  /**
   * The number of tokens that the model sees in a text, including special tokens. It is counted if
   * the tokenizer is known, else estimated; then {@link ProviderLimits#tokensPerText} is empty.
   */
  int tokens(String text);

  /** A text with its {@link #tokens}, to be sent to this provider without being counted again. */
  default CountedText count(String text) {
    return CountedText.of(text, tokens(text));
  }

  /** The longest text that the model takes, if known. */
  default Optional<TextLimit> longestText() {
    OptionalInt tokens = limits().tokensPerText();
    return tokens.isPresent()
        ? Optional.of(new TextLimit(tokens.getAsInt(), this::tokens))
        : Optional.empty();
  }

  /** The greatest number of bytes that a text needs in the body of a request. */
  default int bytes(String text) {
    return TokenCounter.utf8Length(text);
  }

  /**
   * Whether the model surely takes a text without cutting it. If its limit is unknown, this is true
   * for texts that every model takes.
   */
  default boolean takesWhole(CountedText text) {
    OptionalInt longest = limits().tokensPerText();
    return longest.isPresent()
        ? text.tokens() <= longest.getAsInt()
        : TokenCounter.utf8Length(text.text()) <= SHORTER_THAN_ANY_LIMIT;
  }

  /**
   * The vectors of a request's texts, in their order. Makes one call; retries are the task of a
   * decorator.
   *
   * @throws ProviderException if the call returns no vectors
   */
  Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException;

  /** The vectors of texts whose tokens are not counted yet. */
  default Embeddings embed(List<String> texts) throws ProviderException, InterruptedException {
    return embed(new EmbeddingRequest(texts.stream().map(this::count).toList()));
  }

  /** The same provider, but it requests vectors as numbers, not in base64. */
  default EmbeddingProvider inNumbers() {
    return this;
  }

  @Override
  void close();
}
