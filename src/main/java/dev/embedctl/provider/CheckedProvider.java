package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Rejects replies of another provider that cannot be right. There must be one vector for each text,
 * each must be one that a model can return, all vectors of a run must have the same dimensions, and
 * different texts must not all have the same vector. An invalid reply is a transient failure.
 */
public final class CheckedProvider extends ForwardingProvider {
  private final Dimensions dimensions;
  private final OneForAll oneForAll;

  /** Checks a provider whose dimensions are only known if its spec requests them. */
  public CheckedProvider(EmbeddingProvider provider) {
    this(provider, OptionalInt.empty());
  }

  /**
   * Checks a provider.
   *
   * @param known the dimensions of the model, if known; used if the spec requests none
   */
  public CheckedProvider(EmbeddingProvider provider, OptionalInt known) {
    this(
        provider,
        provider.spec().dimensions().isPresent()
            ? new Dimensions(provider.spec().dimensions(), "")
            : new Dimensions(known, known.isPresent() ? whichHas(provider) : ""),
        new OneForAll());
  }

  private CheckedProvider(EmbeddingProvider provider, Dimensions dimensions, OneForAll oneForAll) {
    super(provider);
    this.dimensions = dimensions;
    this.oneForAll = oneForAll;
  }

  private static String whichHas(EmbeddingProvider provider) {
    return ", which " + provider.spec().model() + " has";
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return new CheckedProvider(provider().inNumbers(), dimensions, oneForAll);
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    Embeddings embeddings = provider().embed(request);
    List<String> texts = request.texts();
    List<Vector> vectors = embeddings.vectors();
    if (vectors.size() != texts.size()) {
      throw badReply(vectors.size() + " vectors for " + texts.size() + " texts", embeddings);
    }
    for (int i = 0; i < vectors.size(); i++) {
      Optional<String> defect = VectorDefect.of(vectors.get(i));
      if (defect.isPresent()) {
        throw badReply("vector " + i + ": " + defect.get(), embeddings);
      }
    }
    // Only a reply without a defect may set the dimensions of the run.
    Optional<String> unlike = dimensions.unlike(vectors);
    if (unlike.isPresent()) {
      if (dimensions.isAlwaysWrong(vectors)) {
        throw new Hopeless(Reason.MODEL, spec().provider() + ": " + unlike.get())
            .billing(embeddings.tokens());
      }
      throw badReply(unlike.get(), embeddings);
    }
    if (oneForAll.isThat(texts, vectors)) {
      throw badReply("different texts have the same vector", embeddings);
    }
    return embeddings;
  }

  private Transient badReply(String what, Embeddings embeddings) {
    return new Transient(
            spec().provider() + " sent an invalid reply: " + what,
            Transient.Kind.BAD_REPLY,
            Optional.empty(),
            null)
        .billing(embeddings.tokens());
  }

  /**
   * The dimensions of a run's vectors: known beforehand, or those of the first valid reply.
   * Thread-safe.
   */
  private static final class Dimensions {
    private final String which;
    private final ReentrantLock lock = new ReentrantLock();
    private OptionalInt right;
    private OptionalInt wrongBefore = OptionalInt.empty();
    private boolean admitted;

    /** Dimensions that may be known, and a clause that names their source. */
    Dimensions(OptionalInt known, String which) {
      this.right = known;
      this.which = which;
    }

    /** How a reply's vectors differ from the right dimensions or from each other. */
    Optional<String> unlike(List<Vector> vectors) {
      lock.lock();
      try {
        int wanted = right.orElse(vectors.getFirst().dimensions());
        for (int i = 0; i < vectors.size(); i++) {
          int found = vectors.get(i).dimensions();
          if (found != wanted) {
            return Optional.of(
                "vector " + i + " has " + found + " dimensions instead of " + wanted + which);
          }
        }
        right = OptionalInt.of(wanted);
        admitted = true;
        return Optional.empty();
      } finally {
        lock.unlock();
      }
    }

    /**
     * Whether the reply is the second one with the same wrong dimensions, and none was right. A
     * reply with one text does not count, since only that vector may be wrong.
     */
    boolean isAlwaysWrong(List<Vector> vectors) {
      int found = vectors.getFirst().dimensions();
      if (vectors.size() == 1
          || vectors.stream().anyMatch(vector -> vector.dimensions() != found)) {
        return false;
      }
      lock.lock();
      try {
        boolean again = wrongBefore.equals(OptionalInt.of(found));
        wrongBefore = OptionalInt.of(found);
        return again && !admitted;
      } finally {
        lock.unlock();
      }
    }
  }
}
