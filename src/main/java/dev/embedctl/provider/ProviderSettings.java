package dev.embedctl.provider;

import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The provider that computes vectors, and how it is called. Immutable; the serial form has no key.
 *
 * @param name the provider's name in the catalog, or {@code local}
 * @param model the model; empty for the provider's default
 * @param dimensions the length of vectors to ask for; empty for the model's own
 * @param normalization how vectors are scaled
 * @param inputType the purpose of the texts; empty if not stated
 * @param prefix what is sent before each text; empty for what the model wants
 * @param allowedModels other names under which the model may answer
 * @param oversize how a text is treated that is too long for the model
 * @param baseUrl the address of the API; empty for the provider's own
 * @param others further addresses, whose servers share the calls; empty for none
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
    Optional<String> prefix,
    Set<String> allowedModels,
    Oversize oversize,
    Optional<String> baseUrl,
    Optional<OtherAddresses> others,
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
    Objects.requireNonNull(prefix);
    allowedModels = Set.copyOf(allowedModels);
    Objects.requireNonNull(oversize);
    Objects.requireNonNull(baseUrl);
    Objects.requireNonNull(others);
    Objects.requireNonNull(keyVariable);
    Objects.requireNonNull(gateway);
    Objects.requireNonNull(plainKeys);
    Objects.requireNonNull(timeout);
    Objects.requireNonNull(retries);
    Objects.requireNonNull(pace);
    Objects.requireNonNull(limit);
    if (others.isPresent() && baseUrl.isEmpty()) {
      throw new IllegalArgumentException("further addresses without a first one");
    }
  }

  /** Settings with one address. */
  public ProviderSettings(
      String name,
      Optional<String> model,
      OptionalInt dimensions,
      Normalization normalization,
      Optional<InputType> inputType,
      Optional<String> prefix,
      Set<String> allowedModels,
      Oversize oversize,
      Optional<String> baseUrl,
      Optional<String> keyVariable,
      Optional<Gateway> gateway,
      PlainKeys plainKeys,
      Duration timeout,
      RetryPolicy retries,
      PaceLimits pace,
      SpendingLimit limit) {
    this(
        name,
        model,
        dimensions,
        normalization,
        inputType,
        prefix,
        allowedModels,
        oversize,
        baseUrl,
        Optional.empty(),
        keyVariable,
        gateway,
        plainKeys,
        timeout,
        retries,
        pace,
        limit);
  }

  /** The same settings with this address alone. */
  private ProviderSettings at(String url) {
    return new ProviderSettings(
        name,
        model,
        dimensions,
        normalization,
        inputType,
        prefix,
        allowedModels,
        oversize,
        Optional.of(url),
        keyVariable,
        gateway,
        plainKeys,
        timeout,
        retries,
        pace,
        limit);
  }

  /** The same settings for each server alone, in the order of their addresses. */
  public List<ProviderSettings> ofEachServer() {
    return others.isEmpty()
        ? List.of(this)
        : Stream.concat(baseUrl.stream(), others.get().urls().stream()).map(this::at).toList();
  }

  /** The same settings for texts of another purpose, with another prefix. */
  public ProviderSettings forTexts(Optional<InputType> purpose, Optional<String> before) {
    return new ProviderSettings(
        name,
        model,
        dimensions,
        normalization,
        purpose,
        before,
        allowedModels,
        oversize,
        baseUrl,
        others,
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
        prefix,
        allowedModels,
        oversize,
        baseUrl,
        others,
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
        prefix.orElse(null),
        allowedModels,
        oversize,
        baseUrl.orElse(null),
        others.orElse(null),
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
      String prefix,
      Set<String> allowedModels,
      Oversize oversize,
      String baseUrl,
      OtherAddresses others,
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
          Optional.ofNullable(prefix),
          allowedModels,
          oversize,
          Optional.ofNullable(baseUrl),
          Optional.ofNullable(others),
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
