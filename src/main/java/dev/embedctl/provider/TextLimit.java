package dev.embedctl.provider;

import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * The length of the longest text that a model takes.
 *
 * @param tokens in a text, at most
 * @param count the tokens that the model sees in a text: counted, or never fewer than there are in
 *     usual texts where they can only be estimated
 */
public record TextLimit(int tokens, ToIntFunction<String> count) {
  public TextLimit {
    Objects.requireNonNull(count);
    if (tokens < 1) {
      throw new IllegalArgumentException("tokens: " + tokens);
    }
  }

  /** Whether the model takes the text with nothing cut off. */
  public boolean takes(String text) {
    return count.applyAsInt(text) <= tokens;
  }
}
