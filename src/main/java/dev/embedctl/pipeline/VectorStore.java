package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineEvent.CacheWriteFailed;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Embeddings.Doubt;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Puts the vectors of requests into the cache. After a failure of the disk it stops, and the
 * vectors still reach the output.
 */
final class VectorStore {
  private final VectorCache cache;
  private final PipelineListener listener;
  private final AtomicReference<IOException> failure = new AtomicReference<>();

  VectorStore(VectorCache cache, PipelineListener listener) {
    this.cache = cache;
    this.listener = listener;
  }

  /** Stores the vectors of texts, unless storing failed before. */
  void store(List<TextPromise> request, Embeddings embeddings) {
    List<Vector> vectors = embeddings.vectors();
    if (failure.get() != null) {
      return;
    }
    // In the order of the texts, since the next run looks them up in that order.
    Map<CacheKey, Vector> bought = LinkedHashMap.newLinkedHashMap(request.size());
    for (int i = 0; i < request.size(); i++) {
      bought.put(request.get(i).key(), vectors.get(i));
    }
    long start = System.nanoTime();
    try {
      if (embeddings.doubts().contains(Doubt.MODEL)) {
        cache.storeDoubted(bought);
      } else {
        cache.store(bought);
      }
      listener.on(new Took(Step.STORE, Duration.ofNanos(System.nanoTime() - start)));
    } catch (IOException e) {
      if (failure.compareAndSet(null, e)) {
        listener.on(new CacheWriteFailed(e));
      }
    }
  }

  /**
   * Removes the vectors of a model that was not asked for, where another answers now.
   *
   * @throws IOException where they are still in the cache
   */
  void forgetDoubted() throws IOException {
    cache.forgetDoubted();
  }

  /** The failure of the cache, if there was one. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure.get());
  }
}
