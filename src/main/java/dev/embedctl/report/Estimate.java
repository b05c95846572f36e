package dev.embedctl.report;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.pipeline.Findings;
import dev.embedctl.provider.KeyState;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a run would take, as far as can be told without sending anything.
 *
 * @param precision whether tokens were counted
 * @param key whether a run would have its key
 * @param memory whether a run looks up and keeps vectors
 * @param price of tokens, where it is known
 * @param pace what a run may send
 */
public record Estimate(
    Findings findings,
    EmbeddingSpec spec,
    Precision precision,
    KeyState key,
    Memory memory,
    Optional<Price> price,
    Pace pace) {

  /** Whether vectors are kept between calls. */
  public enum Memory {
    CACHE,
    /** Without a cache a text is paid again when it comes back after its call. */
    NONE
  }

  /**
   * What a run may send.
   *
   * @param requestsPerMinute at most, where it is known
   * @param tokensPerMinute at most, where it is known
   * @param concurrency calls at once
   * @param counts what a request is to the provider that limits them
   */
  public record Pace(
      OptionalInt requestsPerMinute,
      OptionalLong tokensPerMinute,
      int concurrency,
      Counted counts) {
    public Pace {
      Objects.requireNonNull(counts);
      Objects.requireNonNull(requestsPerMinute);
      Objects.requireNonNull(tokensPerMinute);
    }
  }

  /** What a run's time is decided by. */
  public enum Limit {
    RPM,
    TPM,
    CONCURRENCY
  }

  /** How long a run would take, and what decides that. */
  public record Time(Duration likely, Limit limitedBy) {}

  /** What a call is assumed to take: nobody was asked. */
  static final Duration CALL = Duration.ofSeconds(1);

  private static final double SECONDS_A_MINUTE = 60;

  public Estimate {
    Objects.requireNonNull(findings);
    Objects.requireNonNull(spec);
    Objects.requireNonNull(precision);
    Objects.requireNonNull(key);
    Objects.requireNonNull(memory);
    Objects.requireNonNull(price);
    Objects.requireNonNull(pace);
  }

  /** The longest of what each limit alone would make of it; empty where nothing is sent. */
  public Optional<Time> time() {
    long requests = findings.requests();
    if (requests == 0) {
      return Optional.empty();
    }
    long counted =
        switch (pace.counts()) {
          case REQUESTS -> requests;
          case TEXTS -> findings.textsToEmbed();
        };
    Stream<Time> rpm =
        pace.requestsPerMinute().stream().mapToObj(most -> atRate(counted, most, Limit.RPM));
    Stream<Time> tpm =
        pace.tokensPerMinute().stream()
            .mapToObj(most -> atRate(findings.tokens().likely(), most, Limit.TPM));
    Time calls =
        new Time(CALL.multipliedBy(Math.ceilDiv(requests, pace.concurrency())), Limit.CONCURRENCY);
    return Stream.of(Stream.of(calls), rpm, tpm)
        .flatMap(times -> times)
        .max(Comparator.comparing(Time::likely));
  }

  private static Time atRate(long amount, long perMinute, Limit limit) {
    double seconds = amount * SECONDS_A_MINUTE / perMinute;
    return new Time(Duration.ofMillis(Math.round(seconds * 1000)), limit);
  }
}
