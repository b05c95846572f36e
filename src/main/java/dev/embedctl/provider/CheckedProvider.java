package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Believes another provider only after a look: as many vectors as texts, all of one dimension
 * through the whole run (the one asked for, where one was), finite, not all zero. A reply that
 * fails is a transient failure: nothing of it is used.
 */
public final class CheckedProvider extends ForwardingProvider {
  private static final int UNKNOWN = 0;

  private final AtomicInteger dimensions;

  public CheckedProvider(EmbeddingProvider provider) {
    super(provider);
    this.dimensions = new AtomicInteger(provider.spec().dimensions().orElse(UNKNOWN));
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    Embeddings embeddings = provider().embed(request);
    List<String> texts = request.texts();
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
        spec().provider() + " sent a reply that cannot be right: " + what,
        ProviderException.Transient.Kind.BAD_REPLY,
        Optional.empty(),
        null);
  }
}
