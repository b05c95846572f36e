package dev.embedctl.provider.catalog;

import dev.embedctl.provider.TextLimit;
import dev.embedctl.provider.TokenCounter;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * What the catalog knows about a hosted model; each value may be unknown.
 *
 * @param dimensions of its vectors, if no others are requested
 * @param unitLength whether its vectors have the length 1
 * @param shortens whether other dimensions may be requested
 * @param tokenizer how its tokens are counted
 * @param tokensPerText the maximum number of tokens in a text
 * @param textsPerRequest the maximum number of texts in a call, if it differs from the provider's
 *     limit
 * @param tokensPerRequest the maximum number of tokens in a call, if it differs from the provider's
 *     limit
 * @param price of its tokens
 */
public record CatalogModel(
    OptionalInt dimensions,
    Optional<Boolean> unitLength,
    Optional<Boolean> shortens,
    Optional<Tokenizer> tokenizer,
    OptionalInt tokensPerText,
    OptionalInt textsPerRequest,
    OptionalInt tokensPerRequest,
    Optional<Price> price) {

  private static final int CAUTIOUS_BYTES_PER_TOKEN = 2;

  /** A model about which nothing is known. */
  public static final CatalogModel UNKNOWN =
      new CatalogModel(
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty());

  /** How tokens are counted. */
  public enum Tokenizer {
    CL100K_BASE
  }

  public CatalogModel {
    Objects.requireNonNull(dimensions);
    Objects.requireNonNull(unitLength);
    Objects.requireNonNull(shortens);
    Objects.requireNonNull(tokenizer);
    Objects.requireNonNull(tokensPerText);
    Objects.requireNonNull(textsPerRequest);
    Objects.requireNonNull(tokensPerRequest);
    Objects.requireNonNull(price);
  }

  /**
   * The maximum number of tokens in a text, if tokens can be counted; otherwise the provider
   * enforces its limit.
   */
  public OptionalInt longestText() {
    return tokenizer.isPresent() ? tokensPerText : OptionalInt.empty();
  }

  /**
   * The longest text, if the catalog knows it. Where tokens cannot be counted, they are estimated
   * with a margin: as twice the usual number, one for two bytes.
   */
  public Optional<TextLimit> textLimit() {
    if (tokensPerText.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TextLimit(
            tokensPerText.getAsInt(),
            tokenizer.map(CatalogModel::counter).orElse(CatalogModel::estimate)));
  }

  private static ToIntFunction<String> counter(Tokenizer tokenizer) {
    return switch (tokenizer) {
      case CL100K_BASE -> TokenCounter::count;
    };
  }

  private static int estimate(String text) {
    return Math.ceilDiv(TokenCounter.utf8Length(text), CAUTIOUS_BYTES_PER_TOKEN);
  }

  /** A copy with no more texts in a call than this. */
  CatalogModel withTextsAtMost(int texts) {
    return textsPerRequest.isEmpty() || textsPerRequest.getAsInt() <= texts
        ? this
        : new CatalogModel(
            dimensions,
            unitLength,
            shortens,
            tokenizer,
            tokensPerText,
            OptionalInt.of(texts),
            tokensPerRequest,
            price);
  }

  /** This model's values; unknown ones are taken from the other model. */
  CatalogModel over(CatalogModel other) {
    return new CatalogModel(
        dimensions.isPresent() ? dimensions : other.dimensions,
        unitLength.or(other::unitLength),
        shortens.or(other::shortens),
        tokenizer.or(other::tokenizer),
        tokensPerText.isPresent() ? tokensPerText : other.tokensPerText,
        textsPerRequest.isPresent() ? textsPerRequest : other.textsPerRequest,
        tokensPerRequest.isPresent() ? tokensPerRequest : other.tokensPerRequest,
        price.or(other::price));
  }
}
