package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.VectorCache.Found;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.pipeline.OldVectors.OldVector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Compares, once in a run, an old vector of the cache with what the provider makes of its text now,
 * so that the vectors of two models behind one name do not mix. Until the comparison, new vectors
 * are stored so that they can be forgotten. A run that sends nothing, or whose cache is young,
 * compares nothing.
 */
final class DriftGuard {
  private final EmbeddingProvider provider;
  private final OldVectors old;
  private final double least;
  private final ReentrantLock comparing = new ReentrantLock();
  private volatile Optional<OldVector> witness = Optional.empty();
  private volatile boolean settled;
  private volatile boolean replied;

  private DriftGuard(EmbeddingProvider provider, OldVectors old, double least, boolean settled) {
    this.provider = provider;
    this.old = old;
    this.least = least;
    this.settled = settled;
  }

  /**
   * A guard of one run.
   *
   * @param least the lowest cosine of both vectors; empty to compare nothing
   * @throws RunFailed if the cache cannot be read
   */
  static DriftGuard of(
      EmbeddingProvider provider, VectorCache cache, OptionalDouble least, Instant now) {
    OldVectors old = new OldVectors(cache, now);
    try {
      boolean compares = least.isPresent() && old.exist();
      return new DriftGuard(provider, old, least.orElse(-1), !compares);
    } catch (IOException e) {
      throw new PipelineEvent.CacheReadFailed(e).asRunFailed();
    }
  }

  /**
   * Takes one of the vectors that were found in the cache, if it is old.
   *
   * @param texts the texts of the vectors, in the same order
   */
  void found(List<WantedText> texts, Found vectors) throws IOException {
    if (settled || witness.isPresent() || vectors.count() == 0) {
      return;
    }
    Map<CacheKey, String> byKey = HashMap.newHashMap(texts.size());
    texts.forEach(text -> byKey.put(text.key(), text.text()));
    witness = old.among(byKey, vectors.byKey(texts.stream().map(WantedText::key).toList()));
  }

  /**
   * The reply to a request, which is in doubt as long as there is nothing to compare.
   *
   * @throws Hopeless if the model is another one now
   */
  Embeddings checked(Embeddings reply) throws Hopeless, InterruptedException {
    if (settled) {
      return reply;
    }
    replied = true;
    comparing.lockInterruptibly(); // replies at the same time wait for the result
    try {
      if (settled) {
        return reply;
      }
      int calls = witness.isPresent() ? compare(witness.get(), reply.calls()) : 0;
      Embeddings counted = reply.after(reply.calls() + calls);
      return settled ? counted : counted.doubting(withModel(reply.doubts()));
    } finally {
      comparing.unlock();
    }
  }

  /**
   * Compares at the end of a run whose first old vector was found after its last reply.
   *
   * @throws Hopeless if the model is another one now
   */
  void settle() throws Hopeless, InterruptedException {
    if (!settled && replied && witness.isPresent()) {
      int unused = compare(witness.get(), 0);
    }
  }

  /**
   * Returns the calls that it took. If there is no vector to compare, another old text is taken,
   * and the next request shows whether the run can go on: the reply of this one is paid for
   * already.
   *
   * @param before the calls before it, whose vectors are lost if the model is another one
   */
  private int compare(OldVector old, int before) throws Hopeless, InterruptedException {
    try {
      int calls = old.compare(provider, least);
      settled = true;
      return calls;
    } catch (ProviderException e) {
      if (e instanceof Hopeless hopeless && hopeless.reason() == Hopeless.Reason.MODEL_CHANGED) {
        throw hopeless.after(before + e.attempts());
      }
      witness = Optional.empty();
      return e.attempts();
    }
  }

  private static Set<Doubt> withModel(Set<Doubt> doubts) {
    Set<Doubt> all = EnumSet.of(Doubt.MODEL);
    all.addAll(doubts);
    return all;
  }
}
