package dev.embedctl.service;

import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of a service. Immutable; the serial form contains no key.
 *
 * @param provider the provider that computes the vectors
 * @param onError whether the first failed text ends a batch
 * @param onMiss whether a text that is not in the cache is sent; if not, the service needs no key
 *     and only reads the cache
 * @param chunkSize texts looked up and handed over together
 * @param textsPerRequest the most texts in one call; 0 for the provider's limit
 * @param renderers threads that prepare results
 * @param memory the bytes for texts and vectors in flight
 * @param cacheWait the longest wait while maintenance holds the cache
 */
public record EmbeddingSettings(
    ProviderSettings provider,
    OnError onError,
    OnMiss onMiss,
    int chunkSize,
    int textsPerRequest,
    int renderers,
    long memory,
    Duration cacheWait)
    implements Serializable {
  private static final Duration GRACE = Duration.ofSeconds(5);

  public EmbeddingSettings {
    Objects.requireNonNull(provider);
    Objects.requireNonNull(onError);
    Objects.requireNonNull(onMiss);
    Objects.requireNonNull(cacheWait);
    if (textsPerRequest < 0) {
      throw new IllegalArgumentException("textsPerRequest: " + textsPerRequest);
    }
  }

  PipelineOptions pipeline() {
    return new PipelineOptions(
        onError,
        onMiss,
        provider.pace().concurrency(),
        chunkSize,
        textsPerRequest == 0 ? OptionalInt.empty() : OptionalInt.of(textsPerRequest),
        OptionalInt.empty(),
        Optional.empty(),
        memory,
        renderers,
        provider.timeout(),
        GRACE);
  }
}
