package dev.embedctl.cli.options;

import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.pace.PaceLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Which provider, and how it is called. */
public record ProviderPlan(
    String name,
    Optional<String> model,
    OptionalInt dimensions,
    Normalization normalization,
    Optional<InputType> inputType,
    Oversize oversize,
    Optional<String> baseUrl,
    Optional<String> keyVariable,
    boolean allowInsecure,
    Duration timeout,
    RetryPolicy retries,
    PaceLimits pace,
    BudgetPlan budget) {}
