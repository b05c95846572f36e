package dev.embedctl.report;

import dev.embedctl.provider.Normalization;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A run in figures.
 *
 * @param batchSize records in the input, as far as it was read and written
 * @param cacheHits texts that were in the cache when they were looked up
 * @param apiCalls requests sent, retries included
 * @param processingTime wall clock of the whole run
 * @param latency of getting a text's vector, over all texts
 * @param errors texts without an embedding
 * @param concurrentWorkers provider calls at once, at most
 * @param workerUtilization permits' busy time over workers × time in which a text waited or was in
 *     flight; empty when no call was made
 * @param textsEmbedded texts whose vectors came from the provider in this run
 * @param duplicates texts that shared the call of an equal text
 * @param truncated texts that were cut to what the model takes
 * @param retries calls after the first for their request
 * @param rateLimited calls that were answered with 429
 * @param tokens what the provider counted, where it says so
 * @param estimatedCostUsd tokens times the model's price, where both are known
 * @param dimensions of the vectors, where there was one
 * @param normalization how the vectors were made unit length, if they were
 */
public record RunSummary(
    long batchSize,
    long cacheHits,
    long apiCalls,
    Duration processingTime,
    Latency latency,
    long errors,
    int concurrentWorkers,
    OptionalDouble workerUtilization,
    long textsEmbedded,
    long duplicates,
    long truncated,
    long retries,
    long rateLimited,
    OptionalLong tokens,
    Optional<BigDecimal> estimatedCostUsd,
    String provider,
    String model,
    OptionalInt dimensions,
    Normalization normalization,
    Optional<Lengths> lengths,
    RunStatus status,
    Optional<String> error,
    Instant startedAt,
    String version,
    RunDetail detail) {

  /** The shortest and the longest of vectors. */
  public record Lengths(double shortest, double longest) {
    Lengths and(double another) {
      return new Lengths(Math.min(shortest, another), Math.max(longest, another));
    }
  }

  /** Milliseconds of getting a text's vector: mean, percentiles and longest. */
  public record Latency(double mean, double p50, double p90, double p99, double max) {}

  /** Texts served from the cache, of all; 0 where there were none. */
  public double cacheHitRate() {
    return batchSize == 0 ? 0 : (double) cacheHits / batchSize;
  }

  /** Records a second. */
  public double textsPerSecond() {
    double seconds = processingTime.toNanos() / 1e9;
    return seconds == 0 ? 0 : batchSize / seconds;
  }
}
