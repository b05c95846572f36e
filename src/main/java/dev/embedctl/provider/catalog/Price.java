package dev.embedctl.provider.catalog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import java.util.Optional;

/**
 * What a million tokens cost.
 *
 * @param asOf when that was so, where it was said
 * @param source who said it
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

  /** Whole tokens for so many dollars; no end of them where they are free. */
  public long tokensFor(BigDecimal usd) {
    return usdPerMillionTokens.signum() == 0
        ? Long.MAX_VALUE
        : usd.movePointRight(MILLION_DIGITS)
            .divide(usdPerMillionTokens, 0, RoundingMode.DOWN)
            .min(BigDecimal.valueOf(Long.MAX_VALUE))
            .longValue();
  }

  /** Dollars for so many tokens. */
  public BigDecimal of(long tokens) {
    return usdPerMillionTokens.multiply(BigDecimal.valueOf(tokens)).movePointLeft(MILLION_DIGITS);
  }
}
