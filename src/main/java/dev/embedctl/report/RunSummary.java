package dev.embedctl.report;

import dev.embedctl.jobs.LaneFigures;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.provider.Normalization;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The figures of a run.
 *
 * @param batchSize records in the input, as far as it was read and written
 * @param cacheHits texts that were in the cache when they were looked up
 * @param apiCalls requests sent, retries included
 * @param processingTime wall clock of the whole run
 * @param latency of getting a text's vector, over all texts
 * @param errors failed texts, and the failure that ended the run, if one did
 * @param concurrentWorkers the maximum number of provider calls at the same time
 * @param workerUtilization busy time of all permits, divided by workers × the time in which a text
 *     was waiting or in flight; empty if no call was made
 * @param textsEmbedded texts whose vectors came from the provider in this run
 * @param duplicates texts that shared the call of an equal text
 * @param truncated texts that were shortened to the model's limit
 * @param averaged texts that were cut into windows, whose vector is the mean of the windows'
 * @param windows that they were cut into
 * @param retries calls that repeated a request
 * @param rateLimited calls that were answered with 429
 * @param tokens counted by the provider, if it reports them
 * @param estimatedCostUsd tokens times the model's price, if both are known
 * @param dimensions of the vectors; empty if there were none
 * @param asked the settings of the requests, besides the model
 * @param normalization whether the vectors were scaled to unit length
 * @param lane the jobs, in a run that had some
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
    long averaged,
    long windows,
    long retries,
    long rateLimited,
    OptionalLong tokens,
    Optional<BigDecimal> estimatedCostUsd,
    String provider,
    String model,
    OptionalInt dimensions,
    Asked asked,
    Normalization normalization,
    Optional<Lengths> lengths,
    RunStatus status,
    Optional<String> error,
    Instant startedAt,
    String version,
    RunDetail detail,
    Optional<LaneFigures> lane) {

  /**
   * The settings that a later run needs to get vectors of the same kind.
   *
   * @param inputType the purpose of the texts, if given
   * @param dimensions the dimensions, if given
   * @param baseUrl the provider's address, if not its usual one
   * @param prefix what was sent before each text, if given
   * @param split the tokens of a piece and of its overlap, if the texts were split
   */
  public record Asked(
      Optional<InputType> inputType,
      OptionalInt dimensions,
      Optional<String> baseUrl,
      Optional<String> prefix,
      Optional<String> split) {

    /** The settings of a run whose provider has a spec. */
    public static Asked of(
        EmbeddingSpec spec,
        Optional<InputType> inputType,
        Optional<String> prefix,
        Optional<String> split) {
      return new Asked(
          inputType,
          spec.dimensions(),
          spec.typedEndpoint().or(() -> Optional.of(spec.endpoint()).filter(e -> !e.isEmpty())),
          prefix,
          split);
    }
  }

  /** The smallest and the greatest length of a vector. */
  public record Lengths(double shortest, double longest) {
    Lengths and(double another) {
      return new Lengths(Math.min(shortest, another), Math.max(longest, another));
    }
  }

  /** The share of texts that were in the cache; 0 if there were no texts. */
  public double cacheHitRate() {
    return batchSize == 0 ? 0 : (double) cacheHits / batchSize;
  }

  /** Records per second. */
  public double textsPerSecond() {
    double seconds = processingTime.toNanos() / 1e9;
    return seconds == 0 ? 0 : batchSize / seconds;
  }
}
