package dev.embedctl.report;

import dev.embedctl.model.FailureCode;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.catalog.Price;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The details of a run: its course over time, where the time went, latencies, failures, and
 * savings.
 *
 * @param timeSpent sums over all threads
 * @param embeddedLatency of the embedded texts; empty if there were none
 * @param cachedLatency of the cached texts; empty if there were none
 * @param retries repeated calls, by the reason of the failed call
 * @param errors texts without an embedding, by reason
 * @param price of tokens, if known
 */
public record RunDetail(
    Map<Spent, Duration> timeSpent,
    TimeLine timeLine,
    ChunkLine chunks,
    LatencyHistogram latencies,
    Optional<Latency> embeddedLatency,
    Optional<Latency> cachedLatency,
    Map<Transient.Kind, Long> retries,
    Map<FailureCode, Long> errors,
    Optional<Price> price,
    TokenBasis savedTokens,
    Saved savedByCache,
    Saved savedByDuplicates) {

  public RunDetail {
    timeSpent = Map.copyOf(timeSpent);
    retries = Map.copyOf(retries);
    errors = Map.copyOf(errors);
  }

  /** Activities that take time. */
  public enum Spent {
    /** Permits: calls, from before sending to after checking. */
    NETWORK,
    /** Requests: waiting for a free permit. */
    PERMIT,
    /** Permits: waiting for the pace. */
    PACE,
    /** Permits: pauses after failed calls. */
    RETRY,
    /** Permits: storing vectors in the cache. */
    CACHE_STORE,
    /** The reading thread: looking texts up in the cache. */
    CACHE_LOOKUP,
    /** The writing thread: writing rendered chunks, or waiting for the reader of the output. */
    OUTPUT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The amounts in equal intervals of the run; the last one may be shorter. */
  record TimeLine(Duration interval, Map<Activity, List<Long>> amounts) {}

  /** Texts by outcome; each point stands for several chunks. */
  record ChunkLine(long chunksPerPoint, Map<TextOrigin, List<Long>> texts) {}

  /**
   * Latencies counted in buckets, each a tenth of a power of ten wide.
   *
   * @param upTo milliseconds, each bucket's upper bound
   */
  record LatencyHistogram(List<Double> upTo, Map<TextOrigin, List<Long>> counts) {}

  /**
   * The savings from texts that needed no call of their own. An estimate, since their tokens were
   * not counted.
   *
   * @param usd their cost if they had been sent, if the price is known
   */
  public record Saved(long texts, long tokens, Optional<BigDecimal> usd) {}

  /** How uncounted tokens are estimated from a text's characters. */
  public enum TokenBasis {
    /** With the tokens per character of the texts that this run paid for. */
    MEASURED,
    /** With four characters per token, since this run paid for no text. */
    ASSUMED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
