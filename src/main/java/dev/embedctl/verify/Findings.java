package dev.embedctl.verify;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Figures about an output.
 *
 * @param records the number of records in the input
 * @param rows the number of rows in the output
 * @param failed records without an embedding that are in the errors file
 * @param dimensions of the vectors, or of most of them if they differ
 * @param norms the range of the vectors' lengths; empty if there are no vectors
 * @param compared whether all texts were compared with earlier equal texts
 */
public record Findings(
    long records,
    long rows,
    long failed,
    OptionalInt dimensions,
    Optional<Norms> norms,
    Compared compared) {

  /** Whether there was enough memory to compare all texts. */
  public enum Compared {
    ALL,
    SOME
  }

  /** The smallest and the greatest length of a vector. */
  public record Norms(double min, double max) {
    static Norms of(double norm) {
      return new Norms(norm, norm);
    }

    Norms and(Norms other) {
      return new Norms(Math.min(min, other.min), Math.max(max, other.max));
    }
  }

  public Findings {
    Objects.requireNonNull(dimensions);
    Objects.requireNonNull(norms);
    Objects.requireNonNull(compared);
  }
}
