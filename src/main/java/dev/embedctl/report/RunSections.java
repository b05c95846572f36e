package dev.embedctl.report;

import static dev.embedctl.report.Html.escaped;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A report's header and its sections. */
final class RunSections {
  private static final String OLDER =
      Markup.paragraph(
          "soft", "Not in the metrics file, which an older version of embedctl wrote.");

  private final RunRecord run;

  RunSections(RunRecord run) {
    this.run = run;
  }

  /** Model and provider, escaped for HTML. */
  String title() {
    return escaped(
        run.text("model").orElse("unknown model")
            + run.text("provider").map(name -> " · " + name).orElse(""));
  }

  String header() {
    String status = run.text("status").orElse("");
    List<String> facts = new ArrayList<>();
    facts.add(status(status));
    run.text("started_at").ifPresent(at -> facts.add("started " + escaped(Figures.moment(at))));
    run.number("dimensions").ifPresent(n -> facts.add(Figures.count(n, "dimension")));
    run.text("version").ifPresent(version -> facts.add("embedctl " + escaped(version)));
    return "<h1>"
        + title()
        + "</h1>\n"
        + Markup.paragraph("soft", String.join(" · ", facts))
        + (isCompleted()
            ? ""
            : Markup.paragraph(
                "note",
                "The run ended before the end of its input"
                    + reason()
                    + ". "
                    + new MoneySection(run).paidUntilThen()))
        + tiles();
  }

  private boolean isCompleted() {
    return run.text("status").orElse("").equals(RunStatus.COMPLETED.word());
  }

  private String reason() {
    return run.text("error").map(why -> ": " + escaped(why)).orElse("");
  }

  private static String status(String word) {
    for (RunStatus known : RunStatus.values()) {
      if (known.word().equals(word)) {
        return "<span class=\"status " + word + "\">" + word + "</span>";
      }
    }
    return "<span class=\"status\">" + escaped(word) + "</span>";
  }

  private String tiles() {
    double texts = run.amount("batch_size");
    double errors = run.amount("errors");
    return "<dl class=\"tiles\">\n"
        + Markup.tile(
            "Texts",
            Figures.count(texts),
            some("duplicates") + some("truncated") + some("averaged"))
        + Markup.tile(
            "Time",
            Figures.seconds(run.amount("processing_time_seconds")),
            Figures.rate(run.amount("texts_per_second")) + " texts per second")
        + Markup.tile(
            "From the cache",
            Figures.percent(run.amount("cache_hit_rate")),
            Figures.count(run.amount("cache_hits"), "text"))
        + Markup.tile(
            "Embedded",
            Figures.count(run.amount("texts_embedded")),
            Figures.count(run.amount("api_calls"), "call")
                + (run.amount("retries") > 0 ? ", " + Figures.retries(run.amount("retries")) : ""))
        + Markup.tile("Failed", Figures.count(errors), failedShare(texts, errors))
        + new MoneySection(run).tiles()
        + "</dl>";
  }

  private String failedShare(double texts, double errors) {
    if (!isCompleted()) {
      return "until the run ended";
    }
    return errors > 0 ? Figures.percent(errors / texts) + " of all" : "every text has a vector";
  }

  private String some(String field) {
    double count = run.amount(field);
    return count == 0 ? "" : Figures.count(count) + " " + field + " ";
  }

  /** All sections, in their order. */
  String all() {
    Optional<TimeLine> line = new ChartData(run, Optional.empty()).timeLine();
    return new WatchSection(run).html()
        + texts(line)
        + workers(line)
        + new TimeSection(run).html()
        + "<div class=\"column\">\n"
        + new MoneySection(run).html()
        + new TroubleSection(run).html()
        + "</div>\n"
        + latencies()
        + chunks();
  }

  private String texts(Optional<TimeLine> line) {
    return Markup.section(
        "texts",
        "wide",
        "Texts per second",
        line.map(known -> Markup.chart("texts", textsCaption(known))).orElse(OLDER));
  }

  private String textsCaption(TimeLine line) {
    Peak peak = Peak.of(line);
    String caption =
        Figures.rate(run.amount("texts_per_second")) + " per second over the whole run";
    if (peak.max() == 0) {
      return caption + ".";
    }
    return caption
        + "; at most "
        + Figures.rate(peak.max())
        + ", "
        + Figures.seconds(peak.at())
        + " after the start"
        + (peak.max() > peak.axis() ? " (cut off at the end of the axis)." : ".");
  }

  private String workers(Optional<TimeLine> line) {
    OptionalDouble busy = run.number("worker_utilization");
    String caption =
        Figures.count(run.amount("concurrent_workers"), "worker")
            + (busy.isPresent()
                ? "; workers were in calls for "
                    + Figures.percent(busy.getAsDouble())
                    + " of the time in which a text was waiting or in flight."
                : "; no call was made.");
    return Markup.section(
        "workers",
        "wide",
        "Busy workers",
        run.amount("api_calls") == 0
            ? Markup.paragraph("soft", caption)
            : line.map(known -> Markup.chart("workers", caption)).orElse(OLDER));
  }

  private String latencies() {
    List<List<String>> rows = new ArrayList<>();
    run.part("latency_ms")
        .ifPresent(all -> rows.add(percentiles("all", run.number("avg_latency_ms"), all)));
    run.part("cached_latency_ms")
        .ifPresent(hits -> rows.add(percentiles("cached", hits.number("mean"), hits)));
    run.part("embedded_latency_ms")
        .ifPresent(paid -> rows.add(percentiles("embedded", paid.number("mean"), paid)));
    String caption =
        "Texts by the time to get their vector; for a cached text, the time of its look-up."
            + (run.part("embedded_latency_ms").isPresent()
                ? " Lines: percentiles of embedded texts."
                : "");
    return Markup.section(
        "latency",
        "half",
        "Latency, texts per bucket",
        run.part("latency_histogram").map(known -> Markup.chart("latency", caption)).orElse(OLDER)
            + Markup.table(List.of("Texts", "mean", "p50", "p90", "p99", "max"), 1, rows));
  }

  private static List<String> percentiles(String texts, OptionalDouble mean, RunRecord latency) {
    List<String> row = new ArrayList<>(List.of(texts));
    row.add(mean.isPresent() ? Figures.milliseconds(mean.getAsDouble()) : "");
    for (String name : List.of("p50", "p90", "p99", "max")) {
      row.add(Figures.milliseconds(latency.amount(name)));
    }
    return row;
  }

  private String chunks() {
    String content =
        run.part("chunk_line")
            .map(
                line -> {
                  double per = Math.max(1, line.amount("chunks_per_point"));
                  return Markup.chart(
                      "chunks",
                      "Chunks in the order of the input; "
                          + (per == 1
                              ? "one bar for each chunk."
                              : "each bar stands for " + Figures.count(per, "chunk") + "."));
                })
            .orElse(OLDER);
    return Markup.section("chunks", "half", "Cached and paid texts, by chunk", content);
  }
}
