package dev.embedctl.verify;

import java.util.Optional;

/**
 * How much the vectors of a sample differ from those that the model returns now.
 *
 * @param texts texts that were embedded again
 * @param unanswered texts for which the model returned no vector
 * @param distance the difference; empty if there is nothing to compare
 */
public record Drift(int texts, int unanswered, Optional<Distance> distance) {

  /**
   * Over all texts of the sample.
   *
   * @param leastCosine the lowest cosine of a text's two vectors
   * @param meanCosine the mean cosine
   * @param greatestDifference the greatest difference of two floats at the same position
   */
  public record Distance(double leastCosine, double meanCosine, double greatestDifference) {}
}
