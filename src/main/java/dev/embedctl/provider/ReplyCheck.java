package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The checks of a run's replies: one vector for each text, each one that a model can return, and
 * all with the same dimensions. Thread-safe.
 */
public final class ReplyCheck {
  private final String provider;
  private final Dimensions dimensions;

  /**
   * Checks for a spec.
   *
   * @param known the dimensions of the model, if known; used if the spec requests none
   */
  public ReplyCheck(EmbeddingSpec spec, OptionalInt known) {
    this.provider = spec.provider();
    this.dimensions =
        spec.dimensions().isPresent()
            ? new Dimensions(spec.dimensions(), "")
            : new Dimensions(known, known.isPresent() ? ", which " + spec.model() + " has" : "");
  }

  /**
   * Returns if the reply may be right.
   *
   * @param texts the number of texts in the request
   * @throws Transient if it is not
   * @throws Hopeless if no reply of the run can be right
   */
  public void check(int texts, Embeddings embeddings) throws Transient, Hopeless {
    List<Vector> vectors = embeddings.vectors();
    if (vectors.size() != texts) {
      throw badReply(vectors.size() + " vectors for " + texts + " texts", embeddings);
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
        throw new Hopeless(Reason.MODEL, provider + ": " + unlike.get())
            .billing(embeddings.tokens());
      }
      throw badReply(unlike.get(), embeddings);
    }
  }

  /** The failure for a reply that cannot be right. */
  Transient badReply(String what, Embeddings embeddings) {
    return new Transient(
            provider + " sent an invalid reply: " + what,
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
