package dev.embedctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A run over time.
 *
 * @param seconds the start of each interval and, as the last element, the end of the run
 * @param values the values of each interval
 */
record TimeLine(List<Double> seconds, Map<Activity, List<Double>> values) {
  /** Texts per second, cached, embedded and failed together. */
  List<Double> texts() {
    List<Double> sums = new ArrayList<>();
    for (int i = 0; i + 1 < seconds.size(); i++) {
      double sum = 0;
      for (TextOrigin origin : TextOrigin.values()) {
        sum += values.get(origin.onTimeLine()).get(i);
      }
      sums.add(sum);
    }
    return sums;
  }
}
