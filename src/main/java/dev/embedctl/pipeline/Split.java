package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.TextLimit;
import java.util.function.ToIntFunction;

/**
 * How texts are split into pieces.
 *
 * @param tokens the most tokens in a piece
 * @param overlap the most tokens of the previous piece at the beginning of a piece
 */
public record Split(int tokens, int overlap) {
  public Split {
    if (tokens < 1 || overlap < 0 || overlap > tokens / 2) {
      throw new IllegalArgumentException("split: " + tokens + ", " + overlap);
    }
  }

  /**
   * What {@link #toText} returned, or a user typed: {@code 200} or {@code 200,40}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Split parse(String text) {
    int comma = text.indexOf(',');
    return comma < 0
        ? new Split(Integer.parseInt(text.strip()), 0)
        : new Split(
            Integer.parseInt(text.substring(0, comma).strip()),
            Integer.parseInt(text.substring(comma + 1).strip()));
  }

  /** The tokens of a piece, and after a comma those of the overlap. */
  public String toText() {
    return tokens + "," + overlap;
  }

  /**
   * The limit of a piece, counted as the provider counts.
   *
   * @throws Usage if the model does not take such pieces
   */
  TextLimit limit(EmbeddingProvider provider) {
    ToIntFunction<String> count =
        provider.longestText().map(TextLimit::count).orElse(provider::tokens);
    int most = provider.longestText().map(TextLimit::tokens).orElse(tokens);
    if (tokens > most) {
      throw new Usage(
          "pieces of "
              + tokens
              + " tokens are longer than "
              + provider.spec().model()
              + " takes; split into at most "
              + most);
    }
    int around = count.applyAsInt("");
    if (tokens - overlap <= around) {
      throw new Usage(
          "pieces of "
              + tokens
              + " tokens leave no room for text: "
              + provider.spec().model()
              + " adds "
              + around
              + " tokens to each text; split into larger pieces");
    }
    return new TextLimit(tokens, count);
  }
}
