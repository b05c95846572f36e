package dev.embedctl.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The options of a run.
 *
 * @param onError whether the first failed text ends the run
 * @param onMiss the treatment of texts that are not in the cache
 * @param concurrency the most calls at once
 * @param chunkSize the number of records that are read, looked up and written together
 * @param textsPerRequest the most texts in one call; empty for the provider's limit
 * @param tokensPerRequest the most tokens in one call; empty for the provider's limit
 * @param maxErrors the limit of failed texts in a run that collects them; empty for none
 * @param memory the bytes for texts and vectors between reader and writer
 * @param renderers the threads that convert vectors into the output's bytes
 * @param timeout the wait for calls in flight after a failure, equal to the timeout of a call
 * @param grace the wait for calls in flight after a signal
 * @param leastCosine the lowest cosine of an old vector in the cache and a new one of its text;
 *     empty to compare none
 */
public record PipelineOptions(
    OnError onError,
    OnMiss onMiss,
    int concurrency,
    int chunkSize,
    OptionalInt textsPerRequest,
    OptionalInt tokensPerRequest,
    Optional<ErrorLimit> maxErrors,
    long memory,
    int renderers,
    Duration timeout,
    Duration grace,
    OptionalDouble leastCosine) {
  /** The approximate bytes of a vector in flight: 1,536 floats and its share of a reply. */
  static final int VECTOR_BYTES = 8 * 1024;

  /** Whether the first failed text ends the run. */
  public enum OnError {
    FAIL,
    COLLECT
  }

  /** The treatment of a text that is not in the cache. */
  public enum OnMiss {
    CALL,
    FAIL
  }

  /** The options of a run that compares no vectors. */
  public PipelineOptions(
      OnError onError,
      OnMiss onMiss,
      int concurrency,
      int chunkSize,
      OptionalInt textsPerRequest,
      OptionalInt tokensPerRequest,
      Optional<ErrorLimit> maxErrors,
      long memory,
      int renderers,
      Duration timeout,
      Duration grace) {
    this(
        onError,
        onMiss,
        concurrency,
        chunkSize,
        textsPerRequest,
        tokensPerRequest,
        maxErrors,
        memory,
        renderers,
        timeout,
        grace,
        OptionalDouble.empty());
  }

  public PipelineOptions {
    Objects.requireNonNull(onError);
    Objects.requireNonNull(onMiss);
    Objects.requireNonNull(textsPerRequest);
    Objects.requireNonNull(tokensPerRequest);
    Objects.requireNonNull(maxErrors);
    Objects.requireNonNull(timeout);
    Objects.requireNonNull(grace);
    Objects.requireNonNull(leastCosine);
    if (concurrency < 1 || chunkSize < 1 || memory < 1 || renderers < 1) {
      throw new IllegalArgumentException(
          "concurrency, chunkSize, memory and renderers must be at least 1");
    }
  }
}
