package dev.embedctl.report;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;

/** The four figures to watch, each with its target. */
final class WatchSection {
  private static final double LEAST_HIT_RATE = 0.7;
  private static final double LONGEST_CACHED_MS = 50;
  private static final double LEAST_UTILIZATION = 0.8;
  private static final double MOST_ERRORS = 0.01;

  private final RunRecord run;

  WatchSection(RunRecord run) {
    this.run = run;
  }

  /** Whether a figure meets its target. */
  private enum Verdict {
    MET("completed", "met"),
    MISSED("failed", "missed"),
    NOT_MEASURED("soft", "not measured");

    private final String style;
    private final String words;

    Verdict(String style, String words) {
      this.style = style;
      this.words = words;
    }

    String html() {
      return "<span class=\"" + style + "\">" + words + "</span>";
    }
  }

  String html() {
    return Markup.section(
        "watch",
        "wide",
        "Figures to watch",
        Markup.table(
            List.of("", "value", "target", "result", "basis"),
            1,
            List.of(hitRate(), cachedLatency(), utilization(), errors())));
  }

  private List<String> hitRate() {
    boolean repeated = run.amount("cache_hits") > 0;
    return row(
        "Cache hit rate on repeated work",
        repeated ? run.number("cache_hit_rate") : OptionalDouble.empty(),
        Figures::percent,
        "&gt; 70 %",
        rate -> rate > LEAST_HIT_RATE,
        repeated ? "share of all texts" : "no text was in the cache: the work is new");
  }

  private List<String> cachedLatency() {
    OptionalDouble mean =
        run.part("cached_latency_ms")
            .map(latency -> latency.number("mean"))
            .orElse(OptionalDouble.empty());
    return row(
        "Latency of a cached text",
        mean,
        Figures::milliseconds,
        "&lt; 50 ms",
        ms -> ms < LONGEST_CACHED_MS,
        mean.isPresent() ? "mean time of a look-up" : "no look-up found a text");
  }

  private List<String> utilization() {
    OptionalDouble busy = run.number("worker_utilization");
    return row(
        "Workers busy",
        busy,
        Figures::percent,
        "&gt; 80 %",
        share -> share > LEAST_UTILIZATION,
        busy.isPresent() ? "while a text was waiting or in flight" : "no call was made");
  }

  private List<String> errors() {
    double texts = run.amount("batch_size");
    boolean failed = run.text("status").orElse("").equals(RunStatus.FAILED.word());
    return row(
        "Errors",
        texts > 0 ? OptionalDouble.of(run.amount("errors") / texts) : OptionalDouble.empty(),
        Figures::percent,
        "&lt; 1 %",
        share -> !failed && share < MOST_ERRORS,
        failed ? "an error ended the run" : "failed texts, after all retries");
  }

  private static List<String> row(
      String name,
      OptionalDouble value,
      DoubleFunction<String> shown,
      String target,
      DoublePredicate isMet,
      String basis) {
    Verdict verdict =
        value.isEmpty()
            ? Verdict.NOT_MEASURED
            : isMet.test(value.getAsDouble()) ? Verdict.MET : Verdict.MISSED;
    return List.of(
        name,
        value.isPresent() ? Html.escaped(shown.apply(value.getAsDouble())) : "–",
        target,
        verdict.html(),
        basis);
  }
}
