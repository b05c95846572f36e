package dev.embedctl.provider;

import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * The length of the longest text that a model takes.
 *
 * @param tokens the most tokens in a text
 * @param count returns the tokens that the model sees in a text; an estimate must not be too low
 *     for usual texts
 */
public record TextLimit(int tokens, ToIntFunction<String> count) {
  public TextLimit {
    Objects.requireNonNull(count);
    if (tokens < 1) {
      throw new IllegalArgumentException("tokens: " + tokens);
    }
  }

  /** Whether the model takes the text without cutting it. */
  public boolean takes(String text) {
    return count.applyAsInt(text) <= tokens;
  }
}
