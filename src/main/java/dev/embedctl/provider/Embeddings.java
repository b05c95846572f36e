package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a request brought.
 *
 * @param vectors one a text, in the order of the texts
 * @param tokens what the provider counted for it, where it says so
 * @param calls calls made for it, the first included
 * @param quota what may still be asked for, where the provider says so
 * @param doubts what the reply alone does not prove
 */
public record Embeddings(
    List<Vector> vectors, OptionalLong tokens, int calls, Quota quota, Set<Doubt> doubts) {

  /** What a reply that looks right does not prove. */
  public enum Doubt {
    /** That the vectors stand in the order of the texts: the reply does not say whose each is. */
    ORDER,
    /** That their bytes are float32s: nothing is known of the model to tell it by. */
    ENCODING,
    /**
     * That they are of the model asked for: the reply names another, perhaps another name of it.
     */
    MODEL
  }

  public Embeddings {
    vectors = List.copyOf(vectors);
    doubts = Set.copyOf(doubts);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(quota);
  }

  /** What one call brought. */
  public Embeddings(List<Vector> vectors, OptionalLong tokens) {
    this(vectors, tokens, 1, Quota.UNSAID, Set.of());
  }

  /** The same, with the vectors normalized. */
  public Embeddings with(Normalization normalization) {
    return switch (normalization) {
      case NONE -> this;
      case UNIT_LENGTH ->
          new Embeddings(
              vectors.stream().map(Vector::ofUnitLength).toList(), tokens, calls, quota, doubts);
    };
  }

  /** The same, after so many calls. */
  public Embeddings after(int total) {
    return new Embeddings(vectors, tokens, total, quota, doubts);
  }

  /** The same, with what the reply's headers said. */
  public Embeddings saying(Quota said) {
    return new Embeddings(vectors, tokens, calls, said, doubts);
  }

  /** The same, with what is not proven. */
  public Embeddings doubting(Set<Doubt> unproven) {
    return new Embeddings(vectors, tokens, calls, quota, unproven);
  }
}
