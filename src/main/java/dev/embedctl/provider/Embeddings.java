package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a call brought.
 *
 * @param vectors one a text, in the order of the texts
 * @param tokens what the provider counted for the call, where it says so
 */
public record Embeddings(List<Vector> vectors, OptionalLong tokens) {
  public Embeddings {
    vectors = List.copyOf(vectors);
    Objects.requireNonNull(tokens);
  }
}
