package dev.embedctl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Locale;

/**
 * The result of a benchmark for one scenario.
 *
 * @param bench the benchmark's class
 * @param row the scenario
 * @param ideal the value that the arithmetic of the scenario, or a baseline in the same run, allows
 * @param unit of ideal and measured
 * @param note the meaning of the ideal, and other observations
 */
@JsonPropertyOrder({"bench", "row", "ideal", "measured", "ratio", "unit", "note"})
record Row(String bench, String row, double ideal, double measured, String unit, String note) {
  /** The header lines of a table. */
  static final String HEAD =
      String.format(
          Locale.ROOT,
          "| %-52s | %14s | %14s | %5s | %s |%n|---|--:|--:|--:|---|",
          "scenario",
          "ideal",
          "measured",
          "ratio",
          "ideal is");

  /** Measured divided by ideal: for a time, more than 1 is slower; for a rate, less than 1. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  double ratio() {
    return measured / ideal;
  }

  /** The row as a line of a table. */
  String line() {
    return String.format(
        Locale.ROOT,
        "| %-52s | %14s | %14s | %5.2f | %s |",
        row,
        figure(ideal),
        figure(measured),
        ratio(),
        note);
  }

  private String figure(double value) {
    int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f %s", value, unit);
  }
}
