package dev.embedctl.report;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.pipeline.Findings;
import dev.embedctl.provider.KeyState;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import dev.embedctl.provider.jobs.JobLimits;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The estimated cost and time of a run, made without sending anything.
 *
 * @param precision whether tokens were counted
 * @param key whether the provider's key is set
 * @param memory whether the run uses a cache
 * @param price of tokens, if known
 * @param pace the limits on what the run may send
 * @param limit the maximum number of tokens, if it is limited
 * @param jobs the limits of the provider's jobs, if it has an asynchronous API
 */
public record Estimate(
    Findings findings,
    EmbeddingSpec spec,
    Precision precision,
    KeyState key,
    Memory memory,
    Optional<Price> price,
    Pace pace,
    Optional<TokenLimit> limit,
    Optional<JobLimits> jobs) {

  /** Whether vectors are kept after their call. */
  public enum Memory {
    CACHE,
    /** A text that occurs again after its call has ended is paid for again. */
    NONE
  }

  /**
   * The limits on what a run may send.
   *
   * @param requestsPerMinute the maximum, if known
   * @param tokensPerMinute the maximum, if known
   * @param concurrency the maximum number of calls at the same time
   * @param counts what the provider counts as a request
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

  /** The limit that decides how long a run takes. */
  public enum Limit {
    RPM,
    TPM,
    CONCURRENCY
  }

  /** The estimated duration of a run, and the limit that decides it. */
  public record Time(Duration likely, Limit limitedBy) {}

  /** The assumed duration of a call; nothing is measured. */
  static final Duration CALL = Duration.ofSeconds(1);

  private static final double SECONDS_PER_MINUTE = 60;

  public Estimate {
    Objects.requireNonNull(findings);
    Objects.requireNonNull(spec);
    Objects.requireNonNull(precision);
    Objects.requireNonNull(key);
    Objects.requireNonNull(memory);
    Objects.requireNonNull(price);
    Objects.requireNonNull(pace);
    Objects.requireNonNull(limit);
    Objects.requireNonNull(jobs);
  }

  /** The price of tokens in jobs, if it is known and there are some. */
  public Optional<Price> priceInJobs() {
    return jobs.flatMap(some -> price.map(usual -> usual.times(some.priceShare())));
  }

  /** The longest of the durations that each limit alone would cause; empty if nothing is sent. */
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
        pace.requestsPerMinute().stream().mapToObj(max -> atRate(counted, max, Limit.RPM));
    Stream<Time> tpm =
        pace.tokensPerMinute().stream()
            .mapToObj(max -> atRate(findings.tokens().likely(), max, Limit.TPM));
    Time calls =
        new Time(CALL.multipliedBy(Math.ceilDiv(requests, pace.concurrency())), Limit.CONCURRENCY);
    return Stream.of(Stream.of(calls), rpm, tpm)
        .flatMap(times -> times)
        .max(Comparator.comparing(Time::likely));
  }

  private static Time atRate(long amount, long perMinute, Limit limit) {
    double seconds = amount * SECONDS_PER_MINUTE / perMinute;
    return new Time(Duration.ofMillis(Math.round(seconds * 1000)), limit);
  }
}
