package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Believes another provider only after a look: as many vectors as texts, all of one dimension
 * through the whole run (the one asked for, where one was), finite, not all zero. A reply that
 * fails is a transient failure: nothing of it is used.
 */
public final class CheckedProvider implements EmbeddingProvider {
  private static final int UNKNOWN = 0;

  private final EmbeddingProvider provider;
  private final AtomicInteger dimensions;

  public CheckedProvider(EmbeddingProvider provider) {
    this.provider = provider;
    this.dimensions = new AtomicInteger(provider.spec().dimensions().orElse(UNKNOWN));
  }

  @Override
  public Embeddings embed(List<String> texts) throws ProviderException, InterruptedException {
    Embeddings embeddings = provider.embed(texts);
    List<Vector> vectors = embeddings.vectors();
    if (vectors.size() != texts.size()) {
      throw badReply(vectors.size() + " vectors for " + texts.size() + " texts");
    }
    for (int i = 0; i < vectors.size(); i++) {
      Optional<String> defect = vectors.get(i).defect();
      if (defect.isPresent()) {
        throw badReply("vector " + i + ": " + defect.get());
      }
    }
    // Only a reply without a defect may decide which dimension the run has.
    for (int i = 0; i < vectors.size(); i++) {
      int found = vectors.get(i).dimensions();
      dimensions.compareAndSet(UNKNOWN, found);
      if (found != dimensions.get()) {
        throw badReply(
            "vector " + i + " has " + found + " dimensions instead of " + dimensions.get());
      }
    }
    return embeddings;
  }

  private ProviderException badReply(String what) {
    return new ProviderException.Transient(
        provider.spec().provider() + " sent a reply that cannot be right: " + what,
        ProviderException.Transient.Kind.OTHER,
        Optional.empty(),
        null);
  }

  @Override
  public EmbeddingSpec spec() {
    return provider.spec();
  }

  @Override
  public ProviderLimits limits() {
    return provider.limits();
  }

  @Override
  public int tokens(String text) {
    return provider.tokens(text);
  }

  @Override
  public void close() {
    provider.close();
  }
}
