package dev.embedctl.provider;

import java.util.Objects;

/**
 * A text with the number of its tokens, as {@link EmbeddingProvider#count} counted them. It travels
 * from the check of its length to the call that embeds it, so the tokens are counted once.
 *
 * <p>A model in this process keeps the token ids here too: 4 bytes a token, for at most the tokens
 * that the model reads. They live as long as the text waits or is in flight, and what waits is
 * bounded by the memory of the run, which counts 4 bytes for each character of a text and room for
 * its vector from the beginning.
 */
public interface CountedText {
  /** The text, without a prompt before it. */
  String text();

  /** The tokens that the model sees in it, its special tokens included. */
  int tokens();

  /** A text of which only the number of its tokens is known. */
  static CountedText of(String text, int tokens) {
    return new NumberOnly(text, tokens);
  }

  /** A text without its token ids. */
  record NumberOnly(String text, int tokens) implements CountedText {
    public NumberOnly {
      Objects.requireNonNull(text);
      if (tokens < 0) {
        throw new IllegalArgumentException("tokens: " + tokens);
      }
    }
  }
}
