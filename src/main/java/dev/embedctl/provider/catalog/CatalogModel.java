package dev.embedctl.provider.catalog;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known beforehand of a hosted model: any of it may be unknown.
 *
 * @param dimensions of its vectors, where no others are asked for
 * @param unitLength whether its vectors are of length 1
 * @param shortens whether other dimensions may be asked for
 * @param tokenizer how its tokens are counted
 * @param tokensPerText tokens it takes in one text
 * @param tokensPerRequest tokens it takes in one call, where that is not the provider's own limit
 * @param price what its tokens cost
 */
public record CatalogModel(
    OptionalInt dimensions,
    Optional<Boolean> unitLength,
    Optional<Boolean> shortens,
    Optional<Tokenizer> tokenizer,
    OptionalInt tokensPerText,
    OptionalInt tokensPerRequest,
    Optional<Price> price) {

  /** Nothing is known. */
  public static final CatalogModel UNKNOWN =
      new CatalogModel(
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
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
    Objects.requireNonNull(tokensPerRequest);
    Objects.requireNonNull(price);
  }

  /**
   * The longest text that may be sent, where its tokens can be counted: a limit that nobody can
   * hold to is left to the provider.
   */
  public OptionalInt longestText() {
    return tokenizer.isPresent() ? tokensPerText : OptionalInt.empty();
  }

  /** What this says, and of what it does not say, what the other one does. */
  CatalogModel over(CatalogModel other) {
    return new CatalogModel(
        dimensions.isPresent() ? dimensions : other.dimensions,
        unitLength.or(other::unitLength),
        shortens.or(other::shortens),
        tokenizer.or(other::tokenizer),
        tokensPerText.isPresent() ? tokensPerText : other.tokensPerText,
        tokensPerRequest.isPresent() ? tokensPerRequest : other.tokensPerRequest,
        price.or(other::price));
  }
}
