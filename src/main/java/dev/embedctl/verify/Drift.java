package dev.embedctl.verify;

import java.util.Optional;

/**
 * How far the vectors of a sample are from those that the model gives now.
 *
 * @param texts texts that were embedded again
 * @param unanswered texts that the model gave no vector for
 * @param distance how far; empty where there is nothing to compare
 */
public record Drift(int texts, int unanswered, Optional<Distance> distance) {

  /**
   * Over all texts of the sample.
   *
   * @param leastCosine of the angle between a text's two vectors
   * @param meanCosine the same, the mean
   * @param greatestDifference between two floats at the same place
   */
  public record Distance(double leastCosine, double meanCosine, double greatestDifference) {}
}
