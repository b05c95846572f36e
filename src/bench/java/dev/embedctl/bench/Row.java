package dev.embedctl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Locale;

/**
 * What a benchmark found about one scenario.
 *
 * @param bench the benchmark's class
 * @param row the scenario
 * @param ideal what the scenario's own arithmetic, or its yardstick in the same run, allows
 * @param unit of ideal and measured
 * @param note what the ideal is, and what else was seen
 */
@JsonPropertyOrder({"bench", "row", "ideal", "measured", "ratio", "unit", "note"})
record Row(String bench, String row, double ideal, double measured, String unit, String note) {
  /** Lines above the rows of a table. */
  static final String HEAD =
      String.format(
          Locale.ROOT,
          "| %-52s | %14s | %14s | %5s | %s |%n|---|--:|--:|--:|---|",
          "scenario",
          "ideal",
          "measured",
          "ratio",
          "what the ideal is");

  /** How many times the ideal it was: of a time more than 1 is slower, of a rate less than 1. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  double ratio() {
    return measured / ideal;
  }

  /** As a line of a table. */
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
