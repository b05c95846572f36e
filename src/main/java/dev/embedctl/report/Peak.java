package dev.embedctl.report;

import java.util.List;

/**
 * The highest rate of a run, and where a chart's axis ends. A short burst, for example of cached
 * texts at the beginning, must not make the rest of the chart flat.
 *
 * @param max texts per second in the fastest interval
 * @param at seconds from the run's start to that interval
 * @param axis texts per second at the end of the axis
 */
record Peak(double max, double at, double axis) {
  /** A peak is cut off if it is higher than this multiple of the usual rate. */
  private static final double BURST = 2.5;

  private static final double USUAL_PERCENTILE = 0.95;

  static Peak of(TimeLine line) {
    List<Double> rates = line.texts();
    double max = rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    List<Double> sorted = rates.stream().filter(rate -> rate > 0).sorted().toList();
    double usual =
        sorted.isEmpty() ? 0 : sorted.get((int) (USUAL_PERCENTILE * (sorted.size() - 1)));
    double at = max == 0 ? 0 : line.seconds().get(rates.indexOf(max));
    return new Peak(max, at, max > BURST * usual ? BURST / 2 * usual : max);
  }
}
