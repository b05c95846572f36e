package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The vectors of a cache that were stored more than a day before a run. */
public final class OldVectors {
  private static final Duration YOUNG = Duration.ofDays(1);

  private final VectorCache cache;
  private final Instant old;

  public OldVectors(VectorCache cache, Instant now) {
    this.cache = cache;
    this.old = now.minus(YOUNG);
  }

  /** Whether the cache has any. */
  public boolean exist() throws IOException {
    return cache.beganBefore(old);
  }

  /**
   * One of the vectors that were found in the cache, if any of them is old.
   *
   * @param texts at least the texts of the vectors, by the same keys
   */
  public Optional<OldVector> among(Map<CacheKey, String> texts, Map<CacheKey, Vector> found)
      throws IOException {
    return cache
        .firstStoredBefore(old, List.copyOf(found.keySet()))
        .map(key -> new OldVector(texts.get(key), found.get(key).alone()));
  }

  /** A text with its old vector. */
  public record OldVector(String text, Vector vector) {
    public OldVector {
      Objects.requireNonNull(text);
      Objects.requireNonNull(vector);
    }

    /**
     * Compares the vector with what the provider makes of the text now; returns the calls that it
     * took.
     *
     * @param least the lowest cosine of both vectors
     * @throws Hopeless if the cosine is lower, so that the model is another one now
     * @throws ProviderException if there is no vector to compare
     */
    public int compare(EmbeddingProvider provider, double least)
        throws ProviderException, InterruptedException {
      Embeddings now = provider.embed(List.of(text));
      double cosine = cosine(vector, now.vectors().getFirst());
      if (!(cosine >= least)) {
        throw new Hopeless(Hopeless.Reason.MODEL_CHANGED, changed(provider, cosine, least))
            .after(now.calls());
      }
      return now.calls();
    }

    private static double cosine(Vector one, Vector other) {
      return one.dimensions() == other.dimensions() ? one.cosine(other) : -1;
    }

    private static String changed(EmbeddingProvider provider, double cosine, double least) {
      return String.format(
          Locale.ROOT,
          "%s: %s makes another vector of a text than in an earlier run (cosine %.4f, less than "
              + Parameter.MIN_COSINE
              + " %s), so new vectors cannot be compared with those in the cache, and none is kept;"
              + " check which model answers, or use another "
              + Parameter.CACHE,
          provider.spec().provider(),
          provider.spec().model(),
          cosine,
          least);
    }
  }
}
