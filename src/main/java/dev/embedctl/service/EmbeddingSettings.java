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
 * How a service embeds. Immutable; its serial form holds no key.
 *
 * @param provider which provider computes the vectors
 * @param onError what the first failed text does to a batch
 * @param onMiss whether a text that is not in the cache is sent; if not, the service needs no key
 *     and only reads the cache
 * @param chunkSize texts looked up and handed over together
 * @param textsPerRequest texts in one call, at most; 0 for as many as the provider takes
 * @param renderers threads that prepare results
 * @param memory bytes that texts and vectors in flight may take
 * @param cacheWait longest wait while maintenance has the cache
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
