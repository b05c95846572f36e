package dev.embedctl.report;

import dev.embedctl.model.Parameter;
import dev.embedctl.pipeline.Findings;
import dev.embedctl.pipeline.Findings.LimitEnd;
import dev.embedctl.provider.KeyState;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import dev.embedctl.provider.jobs.JobLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A dry run's report for people: a table and its assumptions. */
public final class EstimateText {
  private static final String GAP = "  ";

  private EstimateText() {}

  /** A line of the table. */
  private record Row(String name, String figure, String note) {}

  /** The whole report. */
  public static String of(Estimate estimate) {
    List<Row> rows = new ArrayList<>();
    rows.addAll(texts(estimate.findings()));
    rows.addAll(costs(estimate));
    StringBuilder text = new StringBuilder("dry run: ");
    text.append(estimate.spec().provider()).append(' ').append(estimate.spec().model());
    text.append(estimate.key() == KeyState.MISSING ? ", its key is missing" : "").append("\n\n");
    text.append(lines(rows));
    estimate.limit().ifPresent(limit -> text.append('\n').append(end(limit, estimate)));
    List<String> assumptions = Assumptions.of(estimate);
    if (!assumptions.isEmpty()) {
      text.append("\nassumptions:\n");
      assumptions.forEach(each -> text.append("- ").append(each).append('\n'));
    }
    return text.toString();
  }

  private static List<Row> texts(Findings found) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("records", count(found.records()), ""));
    addUnlessZero(rows, "invalid", found.invalid(), "");
    addUnlessZero(rows, "not in the cache", found.notCached(), "");
    rows.add(new Row("in the cache", count(found.cacheHits()), ""));
    rows.add(
        new Row(
            "duplicates",
            count(found.duplicates()),
            switch (found.certainty()) {
              case ALL -> "";
              case AT_LEAST -> "at least";
            }));
    rows.add(
        new Row(
            "texts to embed",
            count(found.textsToEmbed()),
            found
                .longest()
                .map(
                    longest ->
                        "the longest: "
                            + count(longest.tokens().likely(), "token")
                            + ", "
                            + longest.place())
                .orElse("")));
    addUnlessZero(rows, "  cut", found.truncated(), "to the model's limit");
    addUnlessZero(
        rows,
        "  averaged",
        found.averaged(),
        "cut into " + count(found.windows(), "window") + ", which are texts to embed");
    return rows;
  }

  private static void addUnlessZero(List<Row> rows, String name, long count, String note) {
    if (count > 0) {
      rows.add(new Row(name, count(count), note));
    }
  }

  private static List<Row> costs(Estimate estimate) {
    Findings found = estimate.findings();
    Tokens tokens = found.tokens();
    List<Row> rows = new ArrayList<>();
    boolean counted = estimate.precision() == Precision.COUNTED;
    rows.add(
        new Row(
            "tokens",
            count(tokens.likely()),
            counted ? "counted" : count(tokens.low()) + " to " + count(tokens.high())));
    rows.add(
        new Row(
            "requests",
            count(found.requests()),
            found.requests() < found.requestsAtMost()
                ? "at most " + count(found.requestsAtMost())
                : ""));
    rows.add(
        estimate
            .price()
            .map(price -> cost(price, tokens))
            .orElse(new Row("cost", "unknown", "the model's price is not known")));
    rows.add(
        estimate
            .time()
            .map(
                time ->
                    new Row(
                        "time",
                        Figures.seconds(time.likely().toMillis() / 1e3),
                        "limited by " + time.limitedBy().name().toLowerCase(Locale.ROOT)))
            .orElse(new Row("time", "none", "nothing is sent")));
    estimate.jobs().flatMap(jobs -> inJobs(jobs, estimate)).ifPresent(rows::add);
    return rows;
  }

  /** The cost of the same run in jobs. */
  private static Optional<Row> inJobs(JobLimits jobs, Estimate estimate) {
    long tokens = estimate.findings().tokens().likely();
    return estimate
        .priceInJobs()
        .filter(price -> tokens > 0 && price.usdPerMillionTokens().signum() > 0)
        .map(
            price ->
                new Row(
                    "cost in jobs",
                    Figures.dollars(price.of(tokens).doubleValue()),
                    "with "
                        + Parameter.LANE
                        + " async, within "
                        + count(jobs.window().toHours(), "hour")));
  }

  private static Row cost(Price price, Tokens tokens) {
    double low = price.of(tokens.low()).doubleValue();
    double high = price.of(tokens.high()).doubleValue();
    String range = low == high ? "" : Figures.dollars(low) + " to " + Figures.dollars(high) + "; ";
    double perMillion = price.usdPerMillionTokens().doubleValue();
    return perMillion == 0
        ? new Row("cost", "free", "")
        : new Row(
            "cost",
            Figures.dollars(price.of(tokens.likely()).doubleValue()),
            range
                + Figures.dollars(perMillion)
                + " for a million tokens"
                + price.asOf().map(at -> ", as of " + at).orElse(""));
  }

  private static String end(TokenLimit limit, Estimate estimate) {
    String end =
        estimate
            .findings()
            .limitEnd()
            .map(found -> "ends the run " + where(found, estimate.findings()))
            .orElse("does not end the run");
    return limit.setting() + " " + end + "\n";
  }

  private static String where(LimitEnd found, Findings all) {
    return "after about "
        + count(found.texts())
        + " of "
        + count(all.textsToEmbed(), "text")
        + ", at record "
        + count(found.index() + 1)
        + " of "
        + count(all.records())
        + " ("
        + found.place()
        + ")";
  }

  private static String lines(List<Row> rows) {
    int names = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    int figures = rows.stream().mapToInt(row -> row.figure().length()).max().orElse(0);
    StringBuilder lines = new StringBuilder();
    for (Row row : rows) {
      String line =
          row.name()
              + " ".repeat(names - row.name().length())
              + GAP
              + " ".repeat(figures - row.figure().length())
              + row.figure()
              + GAP
              + row.note();
      lines.append(line.stripTrailing()).append('\n');
    }
    return lines.toString();
  }

  private static String count(long number) {
    return Figures.count((double) number);
  }

  private static String count(long number, String word) {
    return Figures.count((double) number, word);
  }
}
