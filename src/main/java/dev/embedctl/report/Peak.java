package dev.embedctl.report;

import dev.embedctl.report.ChartData.TimeLine;
import java.util.List;

/**
 * The highest texts a second of a run, and where a chart's axis ends so that a short burst, as of
 * cached texts at the beginning, does not press all else to the ground.
 *
 * @param most texts a second in the best interval
 * @param at seconds from the run's start to that interval
 * @param axis texts a second at the axis' end
 */
record Peak(double most, double at, double axis) {
  /** How far a burst stands out that is cut off. */
  private static final double BURST = 2.5;

  private static final double MOSTLY = 0.95;

  static Peak of(TimeLine line) {
    List<Double> rates = line.texts();
    double most = rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    List<Double> sorted = rates.stream().filter(rate -> rate > 0).sorted().toList();
    double mostly = sorted.isEmpty() ? 0 : sorted.get((int) (MOSTLY * (sorted.size() - 1)));
    double at = most == 0 ? 0 : line.seconds().get(rates.indexOf(most));
    return new Peak(most, at, most > BURST * mostly ? BURST / 2 * mostly : most);
  }
}
