package dev.embedctl.provider;

import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The provider that computes vectors, and how it is called. Immutable; the serial form has no key.
 *
 * @param name the provider's name in the catalog, or {@code local}
 * @param model the model; empty for the provider's default
 * @param dimensions the length of vectors to ask for; empty for the model's own
 * @param normalization how vectors are scaled
 * @param inputType the purpose of the texts; empty if not stated
 * @param oversize how a text is treated that is too long for the model
 * @param baseUrl the address of the API; empty for the provider's own
 * @param keyVariable the environment variable that holds the key; empty for the provider's own
 * @param gateway what the way to the server needs besides; empty for nothing
 * @param plainKeys whether a key may go over plain HTTP to another machine
 * @param timeout the time of one call, from connecting to the last byte
 * @param retries how often a request is repeated
 * @param pace the limits of calls at once and per minute
 * @param limit the most that a run may be charged
 */
public record ProviderSettings(
    String name,
    Optional<String> model,
    OptionalInt dimensions,
    Normalization normalization,
    Optional<InputType> inputType,
    Oversize oversize,
    Optional<String> baseUrl,
    Optional<String> keyVariable,
    Optional<Gateway> gateway,
    PlainKeys plainKeys,
    Duration timeout,
    RetryPolicy retries,
    PaceLimits pace,
    SpendingLimit limit)
    implements Serializable {

  public ProviderSettings {
    Objects.requireNonNull(name);
    Objects.requireNonNull(model);
    Objects.requireNonNull(dimensions);
    Objects.requireNonNull(normalization);
    Objects.requireNonNull(inputType);
    Objects.requireNonNull(oversize);
    Objects.requireNonNull(baseUrl);
    Objects.requireNonNull(keyVariable);
    Objects.requireNonNull(gateway);
    Objects.requireNonNull(plainKeys);
    Objects.requireNonNull(timeout);
    Objects.requireNonNull(retries);
    Objects.requireNonNull(pace);
    Objects.requireNonNull(limit);
  }

  /** The same settings for texts of another purpose. */
  public ProviderSettings withInputType(Optional<InputType> another) {
    return new ProviderSettings(
        name,
        model,
        dimensions,
        normalization,
        another,
        oversize,
        baseUrl,
        keyVariable,
        gateway,
        plainKeys,
        timeout,
        retries,
        pace,
        limit);
  }

  /** The same settings within other limits, such as a share of them. */
  public ProviderSettings within(PaceLimits otherPace, SpendingLimit otherLimit) {
    return new ProviderSettings(
        name,
        model,
        dimensions,
        normalization,
        inputType,
        oversize,
        baseUrl,
        keyVariable,
        gateway,
        plainKeys,
        timeout,
        retries,
        otherPace,
        otherLimit);
  }

  /** An Optional is not serialisable, so the serial form has null for an empty one. */
  private Object writeReplace() {
    return new SerialForm(
        name,
        model.orElse(null),
        dimensions.isPresent() ? dimensions.getAsInt() : null,
        normalization,
        inputType.orElse(null),
        oversize,
        baseUrl.orElse(null),
        keyVariable.orElse(null),
        gateway.orElse(null),
        plainKeys,
        timeout,
        retries.maxAttempts(),
        retries.backoff(),
        pace.concurrency(),
        pace.requestsPerMinute().isPresent() ? pace.requestsPerMinute().getAsInt() : null,
        pace.tokensPerMinute().isPresent() ? pace.tokensPerMinute().getAsLong() : null,
        pace.backoff(),
        pace.longestWait(),
        limit.tokens().isPresent() ? limit.tokens().getAsLong() : null,
        limit.usd().orElse(null));
  }

  private record SerialForm(
      String name,
      String model,
      Integer dimensions,
      Normalization normalization,
      InputType inputType,
      Oversize oversize,
      String baseUrl,
      String keyVariable,
      Gateway gateway,
      PlainKeys plainKeys,
      Duration timeout,
      int maxAttempts,
      Duration backoff,
      int concurrency,
      Integer requestsPerMinute,
      Long tokensPerMinute,
      Duration paceBackoff,
      Duration longestWait,
      Long maxTokens,
      BigDecimal maxUsd)
      implements Serializable {

    private Object readResolve() {
      return new ProviderSettings(
          name,
          Optional.ofNullable(model),
          optional(dimensions),
          normalization,
          Optional.ofNullable(inputType),
          oversize,
          Optional.ofNullable(baseUrl),
          Optional.ofNullable(keyVariable),
          Optional.ofNullable(gateway),
          plainKeys,
          timeout,
          new RetryPolicy(maxAttempts, backoff),
          new PaceLimits(
              concurrency,
              optional(requestsPerMinute),
              optional(tokensPerMinute),
              paceBackoff,
              longestWait),
          new SpendingLimit(optional(maxTokens), Optional.ofNullable(maxUsd)));
    }

    private static OptionalInt optional(Integer value) {
      return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static OptionalLong optional(Long value) {
      return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
  }
}
