package dev.embedctl.report;

import dev.embedctl.report.Markup.BarRow;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The failures of a run: repeated calls and failed texts, by reason. */
final class TroubleSection {
  private static final Map<String, String> RETRIES =
      Map.of(
          "rate_limited", "rate limited (429)",
          "overloaded", "overloaded (503, 529)",
          "crowded_out", "too many calls (503)",
          "loading", "the model was loading",
          "timed_out", "no complete reply in time",
          "server_error", "another temporary error status",
          "unreached", "no connection",
          "cut_off", "connection lost before the reply",
          "no_reply", "connection lost during the reply",
          "bad_reply", "invalid reply");

  private final RunRecord run;

  TroubleSection(RunRecord run) {
    this.run = run;
  }

  String html() {
    return Markup.section(
        "trouble",
        "half",
        "Retries and errors",
        part("retries_by_kind", "retries", "No call was repeated.", "Repeated calls")
            + part("errors_by_code", "errors", "No text failed.", "Failures"));
  }

  private String part(String field, String total, String none, String title) {
    Map<String, Double> counts = run.part(field).map(RunRecord::numbers).orElse(Map.of());
    if (run.amount(total) == 0) {
      return Markup.paragraph("soft", none);
    }
    if (counts.isEmpty()) {
      return Markup.paragraph("soft", title + ": " + Figures.count(run.amount(total)) + ".");
    }
    double max = Collections.max(counts.values());
    List<BarRow> rows =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .map(
                each ->
                    new BarRow(
                        label(each.getKey()),
                        total.equals("errors") ? "failed" : "embedded",
                        max == 0 ? 0 : each.getValue() / max,
                        List.of(
                            Figures.count(each.getValue()),
                            Figures.percent(each.getValue() / run.amount(total)))))
            .toList();
    return Markup.bars(title, List.of("count", "share"), rows);
  }

  private static String label(String word) {
    return Html.escaped(
        RETRIES.getOrDefault(word, word.replace('_', ' ').toLowerCase(Locale.ROOT)));
  }
}
