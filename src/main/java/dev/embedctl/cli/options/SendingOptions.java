package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.pace.PaceLimits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options for the requests to the provider, their pace and their cost, as typed. */
public final class SendingOptions {
  private static final int REQUESTS_A_MINUTE = 12;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "10",
      description = "Provider calls at once. Default: 10.")
  int concurrency;

  @Option(
      names = "--min-cosine",
      paramLabel = "C",
      defaultValue = "0.999",
      description =
          "In a run whose cache is older than a day, one cached text is embedded again: end the run if"
              + " the cosine of old and new vector is lower, or that of two servers' vectors."
              + " Default: 0.999.")
  double minCosine;

  @Option(
      names = "--texts-per-request",
      paramLabel = "N|auto",
      defaultValue = "auto",
      description = "Texts in one call; auto fills it up to the provider's limits. Default: auto.")
  String textsPerRequest;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      defaultValue = "3",
      description = "Calls for one request, the first included. Default: 3.")
  int maxAttempts;

  @Option(
      names = "--backoff",
      paramLabel = "D",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description =
          "First pause between attempts, doubled each time, jittered; Retry-After has precedence. Default:"
              + " 1s.")
  Duration backoff;

  @Option(
      names = "--rpm",
      paramLabel = "N",
      description =
          "Most requests per minute (texts, if the provider counts those). Default: from the"
              + " provider's headers.")
  Integer requestsPerMinute;

  @Option(
      names = "--tpm",
      paramLabel = "N",
      description = "Most tokens per minute. Default: from the provider's headers.")
  Long tokensPerMinute;

  @Option(
      names = "--max-wait",
      paramLabel = "D",
      defaultValue = "10m",
      converter = DurationConverter.class,
      description =
          "Longest time without an admitted call while the provider asks to wait. Default: 10m.")
  Duration maxWait;

  @Option(
      names = "--max-cost",
      paramLabel = "USD",
      converter = DollarsConverter.class,
      description = "End the run before it costs more dollars.")
  BigDecimal maxCost;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "End the run before more tokens are charged.")
  Long maxTokens;

  @Option(names = "--refresh", description = "Pay for each text again, and store the new vectors.")
  boolean refresh;

  @Option(
      names = "--grace",
      paramLabel = "D",
      defaultValue = "5s",
      converter = DurationConverter.class,
      description = "Time for calls in flight after a signal. Default: 5s.")
  Duration grace;

  /**
   * The provider's settings with this pace and these limits.
   *
   * @throws Usage if a value is not possible
   */
  public ProviderSettings plan(ProviderOptions asked) {
    OptionBounds.range("--max-attempts", maxAttempts, 1, 100);
    OptionBounds.positive("--max-wait", maxWait);
    if (maxTokens != null) {
      OptionBounds.range("--max-tokens", maxTokens, 1, Long.MAX_VALUE);
    }
    if (!(minCosine >= -1 && minCosine <= 1)) {
      throw new Usage("--min-cosine " + minCosine + ": give a number from -1 to 1");
    }
    if (maxCost != null && maxCost.signum() <= 0) {
      throw new Usage("--max-cost " + maxCost + ": give dollars, more than 0");
    }
    return asked.plan(
        new RetryPolicy(maxAttempts, backoff),
        pace(),
        new SpendingLimit(optional(maxTokens), Optional.ofNullable(maxCost)),
        minCosine);
  }

  private PaceLimits pace() {
    if (requestsPerMinute != null) {
      OptionBounds.range("--rpm", requestsPerMinute, 1, Integer.MAX_VALUE);
    }
    if (tokensPerMinute != null) {
      OptionBounds.range("--tpm", tokensPerMinute, 1, Long.MAX_VALUE);
    }
    OptionBounds.range("--concurrency", concurrency, 1, 1000);
    OpenFiles.checkRoomFor(concurrency);
    return new PaceLimits(
        concurrency,
        requestsPerMinute == null ? OptionalInt.empty() : OptionalInt.of(requestsPerMinute),
        optional(tokensPerMinute),
        backoff,
        maxWait);
  }

  private static OptionalLong optional(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /**
   * Checks them against the options of the cache.
   *
   * @throws Usage if they contradict each other
   */
  public void checkBeside(CacheOptions cache) {
    boolean only = cache.onMiss() == OnMiss.FAIL;
    if (cache.areOff() && (cache.namesFolder() || refresh || only)) {
      throw new Usage("--no-cache contradicts --cache, --refresh and --cache-only; drop one");
    }
    if (refresh && only) {
      throw new Usage("--refresh pays for each text and --cache-only for none; drop one");
    }
  }

  /** The number of calls at once. */
  public int concurrency() {
    return concurrency;
  }

  /** The greatest number of texts in one call; empty for as many as the provider takes. */
  public OptionalInt textsPerRequest() {
    if (textsPerRequest.equals("auto")) {
      return OptionalInt.empty();
    }
    try {
      int texts = Integer.parseInt(textsPerRequest);
      OptionBounds.range("--texts-per-request", texts, 1, Integer.MAX_VALUE);
      return OptionalInt.of(texts);
    } catch (NumberFormatException e) {
      throw new Usage("--texts-per-request " + textsPerRequest + ": give a number, or auto");
    }
  }

  /**
   * The lowest cosine of an old and a new vector of a text; empty for a local model, since its
   * files are part of the key.
   */
  public OptionalDouble leastCosine(ProviderOptions provider) {
    return provider.provider.equals(LocalModelProvider.NAME)
        ? OptionalDouble.empty()
        : OptionalDouble.of(minCosine);
  }

  /** Under a limit of tokens a minute, requests are small enough to go every few seconds. */
  public OptionalInt tokensPerRequest() {
    return tokensPerMinute == null
        ? OptionalInt.empty()
        : OptionalInt.of(Math.clamp(tokensPerMinute / REQUESTS_A_MINUTE, 1, Integer.MAX_VALUE));
  }

  /** Whether vectors that are in the cache are paid for again. */
  public boolean refreshes() {
    return refresh;
  }

  /** The time for calls in flight after a signal. */
  public Duration grace() {
    return grace;
  }
}
