package dev.embedctl.verify;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an output is, beside its differences.
 *
 * @param records records of the input
 * @param rows rows of the output
 * @param failed records without an embedding that the errors file accounts for
 * @param dimensions of the vectors, of most where they differ
 * @param norms lengths of the vectors, where there are any
 * @param compared which texts were compared with those before them
 */
public record Findings(
    long records,
    long rows,
    long failed,
    OptionalInt dimensions,
    Optional<Norms> norms,
    Compared compared) {

  /** Whether all texts could be remembered, so as to find equal ones with unequal vectors. */
  public enum Compared {
    ALL,
    SOME
  }

  /** The least and the greatest length of a vector. */
  public record Norms(double least, double greatest) {
    static Norms of(double norm) {
      return new Norms(norm, norm);
    }

    Norms and(Norms other) {
      return new Norms(Math.min(least, other.least), Math.max(greatest, other.greatest));
    }
  }

  public Findings {
    Objects.requireNonNull(dimensions);
    Objects.requireNonNull(norms);
    Objects.requireNonNull(compared);
  }
}
