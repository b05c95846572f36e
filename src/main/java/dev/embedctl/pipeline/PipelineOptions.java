package dev.embedctl.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a run goes about it.
 *
 * @param onError what the first failed text does to the run
 * @param onMiss what a text that is not in the cache gets
 * @param concurrency provider calls at once
 * @param chunkSize records read, looked up and written together
 * @param textsPerRequest texts in one call, at most; empty for as many as the provider takes
 * @param tokensPerRequest tokens in one call, at most; empty for as many as the provider takes
 * @param maxErrors failed texts that end a run which collects them; empty for any number
 * @param memory bytes that the texts and vectors between reader and writer may take
 * @param renderers threads that turn vectors into the output's bytes
 * @param timeout how long calls in flight are waited for after a failure: a call's own timeout
 * @param grace how long calls in flight are waited for after a signal
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
    Duration grace) {
  /** Bytes that a vector in flight takes, about: 1,536 floats and its share of a reply. */
  static final int VECTOR_BYTES = 8 * 1024;

  /** What the first failed text does to the run. */
  public enum OnError {
    FAIL,
    COLLECT
  }

  /** What a text that is not in the cache gets. */
  public enum OnMiss {
    CALL,
    FAIL
  }

  public PipelineOptions {
    Objects.requireNonNull(onError);
    Objects.requireNonNull(onMiss);
    Objects.requireNonNull(textsPerRequest);
    Objects.requireNonNull(tokensPerRequest);
    Objects.requireNonNull(maxErrors);
    Objects.requireNonNull(timeout);
    Objects.requireNonNull(grace);
    if (concurrency < 1 || chunkSize < 1 || memory < 1 || renderers < 1) {
      throw new IllegalArgumentException(
          "concurrency, chunkSize, memory and renderers are at least 1");
    }
  }
}
