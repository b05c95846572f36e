package dev.embedctl.spark;

import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.service.EmbeddingSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a task needs to know.
 *
 * @param job the settings of the job
 * @param provider the provider, within the task's share of the job's limits
 * @param run the run, as its rows name it
 * @param encodingConfirmed whether it is known that the server encodes its vectors correctly
 */
record TaskSettings(
    EmbeddingSettings job, ProviderSettings provider, String run, boolean encodingConfirmed)
    implements Serializable {
  private static final int REQUESTS_A_MINUTE = 12;
  private static final Duration GRACE = Duration.ofSeconds(5);

  OnError onError() {
    return job.onError();
  }

  /** The engine's options. It collects failures in both modes, so that no vector is lost. */
  PipelineOptions pipeline() {
    return new PipelineOptions(
        OnError.COLLECT,
        job.onMiss(),
        provider.pace().concurrency(),
        job.chunkSize(),
        job.textsPerRequest() == 0 ? OptionalInt.empty() : OptionalInt.of(job.textsPerRequest()),
        tokensPerRequest(),
        Optional.empty(),
        job.memory(),
        1,
        provider.timeout(),
        GRACE);
  }

  /** Under a limit of tokens a minute, requests are small enough to go every few seconds. */
  private OptionalInt tokensPerRequest() {
    return provider.pace().tokensPerMinute().isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(
            Math.clamp(
                provider.pace().tokensPerMinute().getAsLong() / REQUESTS_A_MINUTE,
                1,
                Integer.MAX_VALUE));
  }
}
