package dev.embedctl.verify;

import dev.embedctl.model.Vector;
import dev.embedctl.provider.VectorDefect;
import dev.embedctl.verify.Difference.Kind;
import dev.embedctl.verify.Findings.Norms;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Checks each vector by itself, and all vectors for equal dimensions and, if at least nine in ten
 * have it, for the length 1. Below nine in ten the model does not normalize, and lengths near 1 are
 * chance.
 */
final class VectorChecks {
  /**
   * The tolerance: rounding to half precision stays below it, a truncated or mixed-up vector does
   * not.
   */
  private static final double NEAR_ONE = 0.01;

  private final OptionalInt expected;
  private final Differences differences;
  private final Census<Integer> dimensions;
  private final Census<Boolean> units;
  private Optional<Norms> norms = Optional.empty();

  /**
   * Checks that have seen no vector yet.
   *
   * @param expected the dimensions that vectors must have; if empty, those of most vectors
   */
  VectorChecks(OptionalInt expected, Differences differences, int keptPlaces) {
    this.expected = expected;
    this.differences = differences;
    this.dimensions = new Census<>(keptPlaces);
    this.units = new Census<>(keptPlaces);
  }

  /** Checks a vector; returns whether it is valid. */
  boolean check(Vector vector, String place) {
    dimensions.count(vector.dimensions(), place);
    Optional<String> defect = VectorDefect.of(vector);
    if (defect.isPresent()) {
      differences.add(Kind.VALUES, place + ": " + defect.get());
      return false;
    }
    double norm = vector.norm();
    units.count(Math.abs(norm - 1) <= NEAR_ONE, place);
    Norms one = Norms.of(norm);
    norms = Optional.of(norms.map(one::and).orElse(one));
    return true;
  }

  /** Reports the vectors that differ from the majority. */
  void conclude() {
    OptionalInt usual = dimensions();
    if (usual.isPresent()) {
      for (Census.Group<Integer> odd : dimensions.othersThan(usual.getAsInt())) {
        report(Kind.DIMENSIONS, odd, odd.trait() + " dimensions instead of " + usual.getAsInt());
      }
    }
    long normal = units.count(true);
    long others = units.count(false);
    if (normal >= 9 * others) {
      for (Census.Group<Boolean> odd : units.othersThan(true)) {
        report(
            Kind.NORM, odd, "the vector's length is not 1, unlike that of " + normal + " others");
      }
    }
  }

  private void report(Kind kind, Census.Group<?> odd, String what) {
    odd.places().forEach(place -> differences.add(kind, place + ": " + what));
    long notListed = odd.count() - odd.places().size();
    if (notListed > 0) {
      differences.add(kind, notListed, "and " + notListed + " more rows: " + what);
    }
  }

  /** The expected dimensions, or those of most vectors. */
  OptionalInt dimensions() {
    return expected.isPresent()
        ? expected
        : dimensions.majority().stream().mapToInt(Census.Group::trait).findFirst();
  }

  Optional<Norms> norms() {
    return norms;
  }
}
