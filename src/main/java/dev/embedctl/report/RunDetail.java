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
 * What a run looked like: how it went over time, where its time went, what its latencies were, what
 * went wrong, and what it did not pay.
 *
 * @param timeSpent sums over all threads
 * @param embeddedLatency of the texts that were embedded; empty where none was
 * @param retries by why the call before brought no vectors
 * @param errors texts without an embedding, by why
 * @param price what tokens cost, where it is known
 */
public record RunDetail(
    Map<Spent, Duration> timeSpent,
    TimeLine timeLine,
    ChunkLine chunks,
    LatencyHistogram latencies,
    Optional<RunSummary.Latency> embeddedLatency,
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

  /** What time is spent on. */
  public enum Spent {
    /** Permits: calls, from before they are sent until they are checked. */
    NETWORK,
    /** Requests, not permits: until there is a free permit. */
    PERMIT,
    /** Permits: until the pace lets a call go. */
    PACE,
    /** Permits: pauses after calls that failed. */
    RETRY,
    /** Permits: putting vectors into the cache. */
    CACHE_STORE,
    /** The reading thread: looking texts up in the cache. */
    CACHE_LOOKUP,
    /** The writing thread: writing what is rendered, or waiting for who reads it. */
    OUTPUT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is added up over time: texts, by what became of them, and permits' time. */
  enum Activity {
    /** Texts from the cache, as they were written. */
    CACHED,
    /** Texts that calls brought vectors for, while they lasted. */
    EMBEDDED,
    /** Texts without a vector, as the chunks were written that hold them. */
    FAILED,
    /** Nanoseconds in calls. */
    CALLING,
    /** Nanoseconds until the pace lets a call go. */
    PACED,
    /** Nanoseconds of pauses after calls that failed. */
    PAUSED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean countsTexts() {
      return compareTo(FAILED) <= 0;
    }
  }

  /** The run in equal intervals, the amounts of one each; the last may be cut short by its end. */
  record TimeLine(Duration interval, Map<Activity, List<Long>> amounts) {}

  /** Texts by what became of them, so many chunks a point. */
  record ChunkLine(long chunksPerPoint, Map<TextOrigin, List<Long>> texts) {}

  /**
   * Latencies counted in buckets, each a tenth of a power of ten wide.
   *
   * @param upTo milliseconds, each bucket's upper bound
   */
  record LatencyHistogram(List<Double> upTo, Map<TextOrigin, List<Long>> counts) {}

  /**
   * What was not paid for texts that needed no call of their own, as an estimate: nobody counted
   * their tokens.
   *
   * @param usd what they would have cost, where the price is known
   */
  public record Saved(long texts, long tokens, Optional<BigDecimal> usd) {}

  /** How tokens that nobody counted are estimated from a text's characters. */
  public enum TokenBasis {
    /** As many a character as the texts had that this run paid for. */
    MEASURED,
    /** One for four characters: this run paid for none. */
    ASSUMED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
