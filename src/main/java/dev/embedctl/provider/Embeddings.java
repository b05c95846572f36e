package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a request brought.
 *
 * @param vectors one a text, in the order of the texts
 * @param tokens what the provider counted for it, where it says so
 * @param calls calls made for it, the first included
 * @param quota what may still be asked for, where the provider says so
 */
public record Embeddings(List<Vector> vectors, OptionalLong tokens, int calls, Quota quota) {
  public Embeddings {
    vectors = List.copyOf(vectors);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(quota);
  }

  /** What one call brought. */
  public Embeddings(List<Vector> vectors, OptionalLong tokens) {
    this(vectors, tokens, 1, Quota.UNSAID);
  }

  /** The same, with the vectors normalized. */
  public Embeddings with(Normalization normalization) {
    return switch (normalization) {
      case NONE -> this;
      case UNIT_LENGTH ->
          new Embeddings(vectors.stream().map(Vector::ofUnitLength).toList(), tokens, calls, quota);
    };
  }

  /** The same, after so many calls. */
  public Embeddings after(int total) {
    return new Embeddings(vectors, tokens, total, quota);
  }

  /** The same, with what the reply's headers said. */
  public Embeddings saying(Quota said) {
    return new Embeddings(vectors, tokens, calls, said);
  }
}
