package dev.embedctl.provider;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/** The most that a run may be charged. */
public record SpendingLimit(OptionalLong tokens, Optional<BigDecimal> usd) {
  /** No limit. */
  public static final SpendingLimit NONE =
      new SpendingLimit(OptionalLong.empty(), Optional.empty());
}
