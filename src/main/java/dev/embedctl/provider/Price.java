package dev.embedctl.provider;

import java.math.BigDecimal;
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

  /** Dollars for so many tokens. */
  public BigDecimal of(long tokens) {
    return usdPerMillionTokens.multiply(BigDecimal.valueOf(tokens)).movePointLeft(MILLION_DIGITS);
  }
}
