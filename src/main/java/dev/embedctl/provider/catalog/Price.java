package dev.embedctl.provider.catalog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import java.util.Optional;

/**
 * The price of a million tokens.
 *
 * @param asOf the date of the price, if known
 * @param source where the price was found
 */
public record Price(BigDecimal usdPerMillionTokens, Optional<String> asOf, String source) {
  private static final int MILLION_DIGITS = 6;

  public Price {
    Objects.requireNonNull(asOf);
    Objects.requireNonNull(source);
    if (usdPerMillionTokens.signum() < 0) {
      throw new IllegalArgumentException("a price of " + usdPerMillionTokens);
    }
  }

  /** The number of tokens for an amount of dollars; the maximum if they are free. */
  public long tokensFor(BigDecimal usd) {
    return usdPerMillionTokens.signum() == 0
        ? Long.MAX_VALUE
        : usd.movePointRight(MILLION_DIGITS)
            .divide(usdPerMillionTokens, 0, RoundingMode.DOWN)
            .min(BigDecimal.valueOf(Long.MAX_VALUE))
            .longValue();
  }

  /** The price of tokens that cost a part of it. */
  public Price times(BigDecimal share) {
    return new Price(usdPerMillionTokens.multiply(share), asOf, source);
  }

  /** The price of a number of tokens, in dollars. */
  public BigDecimal of(long tokens) {
    return usdPerMillionTokens.multiply(BigDecimal.valueOf(tokens)).movePointLeft(MILLION_DIGITS);
  }
}
