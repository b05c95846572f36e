package dev.embedctl.cli.options;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/** What a run may be charged at most. */
public record BudgetPlan(OptionalLong tokens, Optional<BigDecimal> usd) {}
