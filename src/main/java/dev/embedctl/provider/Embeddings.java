package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The result of a request.
 *
 * @param vectors one for each text, in the order of the texts
 * @param tokens the tokens that the provider counted, if it reports them
 * @param calls the number of calls made for the request
 * @param quota the rest of the rate limit, if the provider reports it
 * @param doubts properties that the reply alone does not prove
 */
public record Embeddings(
    List<Vector> vectors, OptionalLong tokens, int calls, Quota quota, Set<Doubt> doubts) {

  /** A property that a valid reply does not prove. */
  public enum Doubt {
    /** The vectors are in the order of the texts, although the reply does not number them. */
    ORDER,
    /** The bytes are float32 values, although the dimensions of the model are unknown. */
    ENCODING,
    /** The vectors are from the requested model, although the reply names another one. */
    MODEL
  }

  public Embeddings {
    vectors = List.copyOf(vectors);
    doubts = Set.copyOf(doubts);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(quota);
  }

  /** The result of one call. */
  public Embeddings(List<Vector> vectors, OptionalLong tokens) {
    this(vectors, tokens, 1, Quota.UNKNOWN, Set.of());
  }

  /** A copy with normalized vectors. */
  public Embeddings with(Normalization normalization) {
    return switch (normalization) {
      case NONE -> this;
      case UNIT_LENGTH ->
          new Embeddings(
              vectors.stream().map(Vector::ofUnitLength).toList(), tokens, calls, quota, doubts);
    };
  }

  /** A copy with this number of calls. */
  public Embeddings after(int total) {
    return new Embeddings(vectors, tokens, total, quota, doubts);
  }

  /** A copy with the quota in the reply's headers. */
  public Embeddings saying(Quota reported) {
    return new Embeddings(vectors, tokens, calls, reported, doubts);
  }

  /** A copy with the properties that are not proven. */
  public Embeddings doubting(Set<Doubt> unproven) {
    return new Embeddings(vectors, tokens, calls, quota, unproven);
  }
}
