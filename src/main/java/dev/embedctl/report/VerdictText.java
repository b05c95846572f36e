package dev.embedctl.report;

import dev.embedctl.verify.Drift.Distance;
import dev.embedctl.verify.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A verdict in one line, for people. */
public final class VerdictText {
  private VerdictText() {}

  /** The line, without its end. */
  public static String of(Verdict verdict) {
    Findings found = verdict.findings();
    List<String> clauses = new ArrayList<>();
    clauses.add(found.rows() + " rows for " + found.records() + " records");
    if (found.failed() > 0) {
      clauses.add(found.failed() + " failed in the run");
    }
    found.dimensions().ifPresent(dimensions -> clauses.add(dimensions + " dimensions"));
    found
        .norms()
        .ifPresent(
            norms ->
                clauses.add(
                    String.format(Locale.ROOT, "lengths %.4f to %.4f", norms.min(), norms.max())));
    switch (found.compared()) {
      case ALL -> {}
      case SOME -> clauses.add("not all texts were compared (a larger EMBEDCTL_HEAP helps)");
    }
    verdict
        .drift()
        .ifPresent(
            drift ->
                clauses.add(
                    drift.texts()
                        + " embedded again"
                        + drift.distance().map(VerdictText::distance).orElse("")));
    long total = verdict.differences().total();
    clauses.add(
        total == 0 ? "no difference" : total + (total == 1 ? " difference" : " differences"));
    return String.join(", ", clauses);
  }

  private static String distance(Distance distance) {
    return String.format(
        Locale.ROOT,
        " (cosine %.6f at least, %.6f on average, floats differ by at most %.2g)",
        distance.leastCosine(),
        distance.meanCosine(),
        distance.greatestDifference());
  }
}
