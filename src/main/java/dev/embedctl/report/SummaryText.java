package dev.embedctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes a complete run in one line, for people. */
public final class SummaryText {
  private SummaryText() {}

  /** Texts, time, calls, texts that were cut, and the cost. */
  public static String of(RunSummary run) {
    List<String> figures = new ArrayList<>();
    figures.add(
        String.format(
            Locale.ROOT,
            "%s in %.1f s: %s from the cache, %s embedded (%s) in %s",
            Figures.count((double) run.batchSize(), "text"),
            run.processingTime().toNanos() / 1e9,
            Figures.count((double) run.cacheHits()),
            Figures.count((double) run.textsEmbedded()),
            Figures.count((double) run.duplicates(), "duplicate"),
            Figures.count((double) run.apiCalls(), "call")));
    if (run.truncated() > 0) {
      figures.add(run.truncated() + " cut to the model's limit");
    }
    if (run.averaged() > 0) {
      figures.add(
          Figures.count((double) run.averaged(), "long text")
              + " averaged from "
              + Figures.count((double) run.windows(), "window"));
    }
    if (run.estimatedCostUsd().isPresent()) {
      run.estimatedCostUsd()
          .filter(usd -> usd.signum() > 0)
          .ifPresent(usd -> figures.add(Figures.dollars(usd.doubleValue())));
    } else if (run.tokens().isPresent()) {
      figures.add(Figures.count((double) run.tokens().getAsLong(), "token") + " of unknown price");
    }
    return String.join(", ", figures);
  }
}
