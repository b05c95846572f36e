package dev.embedctl.search;

import java.util.Objects;

/**
 * Two rows of an output that are nearly equal.
 *
 * @param score the cosine of their vectors
 * @param first the one that comes first in the output
 */
public record Pair(double score, Label first, Label second) {
  public Pair {
    Objects.requireNonNull(first);
    Objects.requireNonNull(second);
  }
}
