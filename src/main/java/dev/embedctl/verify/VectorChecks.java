package dev.embedctl.verify;

import dev.embedctl.model.Vector;
import dev.embedctl.verify.Difference.Kind;
import dev.embedctl.verify.Findings.Norms;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Checks each vector for itself, and all of them for what they have in common: their dimensions,
 * and the length 1 where nine in ten have it. Of a model that does not make it so, some vectors may
 * be near it by chance.
 */
final class VectorChecks {
  /** Half precision and shortest digits are nearer; what was cut or mixed up is farther. */
  private static final double NEAR_ONE = 0.01;

  private final OptionalInt expected;
  private final Differences differences;
  private final Census<Integer> dimensions;
  private final Census<Boolean> units;
  private Optional<Norms> norms = Optional.empty();

  /**
   * Checks, none made yet.
   *
   * @param expected the dimensions that vectors must have; where it is not said, those of most
   */
  VectorChecks(OptionalInt expected, Differences differences, int kept) {
    this.expected = expected;
    this.differences = differences;
    this.dimensions = new Census<>(kept);
    this.units = new Census<>(kept);
  }

  /** Checks a vector; returns whether it is one. */
  boolean check(Vector vector, String place) {
    dimensions.count(vector.dimensions(), place);
    Optional<String> defect = vector.defect();
    if (defect.isPresent()) {
      differences.add(Kind.VALUES, place + ": " + defect.get());
      return false;
    }
    double norm = norm(vector);
    units.count(Math.abs(norm - 1) <= NEAR_ONE, place);
    Norms one = Norms.of(norm);
    norms = Optional.of(norms.map(one::and).orElse(one));
    return true;
  }

  private static double norm(Vector vector) {
    double squares = 0;
    for (int i = 0; i < vector.dimensions(); i++) {
      squares += (double) vector.at(i) * vector.at(i);
    }
    return Math.sqrt(squares);
  }

  /** Tells of those that are unlike the others. */
  void conclude() {
    OptionalInt usual = dimensions();
    if (usual.isPresent()) {
      for (Census.Group<Integer> odd : dimensions.othersThan(usual.getAsInt())) {
        tell(Kind.DIMENSIONS, odd, odd.trait() + " dimensions instead of " + usual.getAsInt());
      }
    }
    long normal = units.count(true);
    long others = units.count(false);
    if (normal >= 9 * others) {
      for (Census.Group<Boolean> odd : units.othersThan(true)) {
        tell(Kind.NORM, odd, "the vector's length is not 1, as that of " + normal + " others is");
      }
    }
  }

  private void tell(Kind kind, Census.Group<?> odd, String what) {
    odd.places().forEach(place -> differences.add(kind, place + ": " + what));
    long untold = odd.count() - odd.places().size();
    if (untold > 0) {
      differences.add(kind, untold, "and " + untold + " more rows: " + what);
    }
  }

  /** The dimensions that are right. */
  OptionalInt dimensions() {
    return expected.isPresent()
        ? expected
        : dimensions.majority().stream().mapToInt(Census.Group::trait).findFirst();
  }

  Optional<Norms> norms() {
    return norms;
  }
}
