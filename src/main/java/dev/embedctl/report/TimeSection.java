package dev.embedctl.report;

import dev.embedctl.report.Markup.BarRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where the time of a run went: of the workers, the reader and the writer. */
final class TimeSection {
  /** Labels of a worker's activities, by metrics field. */
  private static final Map<String, String> WORKERS =
      ordered(
          "network", "in calls",
          "pace", "waiting for the pace",
          "retry", "pausing before a retry",
          "cache_store", "storing in the cache");

  private static final Map<String, String> ENDS =
      ordered("cache_lookup", "cache look-ups", "output", "writing the output");

  private final RunRecord run;

  TimeSection(RunRecord run) {
    this.run = run;
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  String html() {
    String content =
        run.part("time_ms")
            .map(times -> workers(times) + ends(times))
            .orElse(
                Markup.paragraph(
                    "soft", "Not in the metrics file, which an older version of embedctl wrote."));
    return Markup.section("time", "half", "Where the time went", content);
  }

  private double wall() {
    return run.amount("processing_time_seconds") * 1e3;
  }

  private String workers(RunRecord times) {
    if (run.amount("api_calls") == 0) {
      return Markup.paragraph("soft", "No call was made: the workers had nothing to do.");
    }
    double whole = run.amount("concurrent_workers") * wall();
    double known = WORKERS.keySet().stream().mapToDouble(times::amount).sum();
    double idle = Math.max(0, whole - known);
    double all = Math.max(whole, known);
    List<BarRow> rows = new ArrayList<>();
    WORKERS.forEach((field, label) -> rows.add(row(field, label, times.amount(field), all)));
    rows.add(row("idle", "idle: nothing to send", idle, all));
    return stack(rows)
        + Markup.bars(
            Figures.count(run.amount("concurrent_workers"), "worker"),
            List.of("time", "share"),
            rows)
        + queue(times);
  }

  private static BarRow row(String style, String label, double ms, double all) {
    double share = all == 0 ? 0 : ms / all;
    String key = "<span class=\"key " + style + "\"></span>" + label;
    return new BarRow(key, style, share, List.of(Figures.milliseconds(ms), Figures.percent(share)));
  }

  private static String stack(List<BarRow> rows) {
    StringBuilder stack = new StringBuilder("<svg class=\"stack\" aria-hidden=\"true\">");
    double from = 0;
    for (BarRow row : rows) {
      stack.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" height=\"100%%\"/>",
              row.style(),
              100 * from,
              100 * row.share()));
      from += row.share();
    }
    return stack.append("</svg>\n").toString();
  }

  /** How long texts waited for a worker. */
  private String queue(RunRecord times) {
    double requests = Math.max(1, run.amount("api_calls") - run.amount("retries"));
    return Markup.paragraph(
        "note",
        "Before that, the first text of a request waited "
            + Figures.milliseconds(times.amount("permit") / requests)
            + " for a free worker on average.");
  }

  private String ends(RunRecord times) {
    List<BarRow> rows = new ArrayList<>();
    ENDS.forEach(
        (field, label) -> {
          double ms = times.amount(field);
          double share = wall() == 0 ? 0 : ms / wall();
          rows.add(
              new BarRow(
                  label,
                  "plain",
                  share,
                  List.of(Figures.milliseconds(ms), Figures.percent(Math.min(1, share)))));
        });
    return Markup.bars("Reader and writer", List.of("time", "of the run"), rows);
  }
}
