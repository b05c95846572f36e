package dev.embedctl.search;

import java.util.Objects;

/**
 * A row near the query.
 *
 * @param score the cosine, from -1 to 1
 * @param row the number of the row in the output, from 0
 */
public record Hit(double score, long row, Label label) {
  public Hit {
    Objects.requireNonNull(label);
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException("a score is a number");
    }
  }
}
