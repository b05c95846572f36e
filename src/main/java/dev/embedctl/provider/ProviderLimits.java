package dev.embedctl.provider;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What one request may hold.
 *
 * @param textsPerRequest texts in one call, at most
 * @param tokensPerText tokens in one text, at most, where it is known and can be counted
 * @param tokensPerRequest tokens in one call, at most, where there is such a limit
 */
public record ProviderLimits(
    int textsPerRequest, OptionalInt tokensPerText, OptionalInt tokensPerRequest) {
  public ProviderLimits {
    if (textsPerRequest < 1) {
      throw new IllegalArgumentException("textsPerRequest: " + textsPerRequest);
    }
    Objects.requireNonNull(tokensPerText);
    Objects.requireNonNull(tokensPerRequest);
  }
}
