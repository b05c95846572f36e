package dev.embedctl.report;

import static dev.embedctl.report.Html.escaped;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The cost of a run, and the savings by cache and duplicates. */
final class MoneySection {
  private static final String UNKNOWN = "unknown";

  private final RunRecord run;
  private final Optional<RunRecord> saved;
  private final OptionalDouble price;

  MoneySection(RunRecord run) {
    this.run = run;
    this.saved = run.part("saved_estimate");
    this.price =
        run.part("price")
            .map(known -> known.number("usd_per_million_tokens"))
            .orElse(OptionalDouble.empty());
  }

  private boolean isFree() {
    return price.isPresent() && price.getAsDouble() == 0;
  }

  private OptionalDouble savedIn(String field) {
    if (saved.isEmpty()) {
      return OptionalDouble.empty();
    }
    OptionalDouble cache =
        savingsBy("cache").map(part -> part.number(field)).orElse(OptionalDouble.empty());
    OptionalDouble shared =
        savingsBy("duplicates").map(part -> part.number(field)).orElse(OptionalDouble.empty());
    return cache.isEmpty() || shared.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(cache.getAsDouble() + shared.getAsDouble());
  }

  private Optional<RunRecord> savingsBy(String what) {
    return saved.flatMap(known -> known.part(what));
  }

  /** The headline figures: the cost and, if known, the savings. */
  String tiles() {
    OptionalDouble tokens = run.number("tokens");
    String cost =
        Markup.tile(
            "Cost",
            isFree() ? "free" : dollars(run.number("estimated_cost_usd")),
            tokens.isPresent() ? Figures.count(tokens.getAsDouble(), "token") : "");
    OptionalDouble usd = savedIn("usd");
    OptionalDouble savedTokens = savedIn("tokens");
    if (savedTokens.isEmpty()) {
      return cost;
    }
    boolean inDollars = usd.isPresent() && !isFree();
    return cost
        + Markup.tile(
            "Saved",
            inDollars
                ? about(usd.getAsDouble(), Figures.dollars(usd.getAsDouble()))
                : about(savedTokens.getAsDouble(), Figures.compact(savedTokens.getAsDouble())),
            (inDollars ? "" : "tokens, ") + "by cache and duplicates");
  }

  /** The cost of a run that ended early. */
  String paidUntilThen() {
    double calls = run.amount("api_calls");
    double jobs = run.part("jobs").map(part -> part.amount("created")).orElse(0.0);
    if (calls == 0 && jobs == 0) {
      return "Nothing was paid.";
    }
    OptionalDouble usd = run.number("estimated_cost_usd");
    OptionalDouble tokens = run.number("tokens");
    String cost = isFree() ? "nothing" : usd.isPresent() ? dollars(usd) : "an unknown amount";
    return "Paid until then: "
        + cost
        + " for "
        + (tokens.isPresent()
            ? Figures.count(tokens.getAsDouble(), "token")
            : "an unknown number of tokens")
        + " in "
        + (jobs == 0 ? Figures.count(calls, "call") : Figures.count(jobs, "job"))
        + ".";
  }

  private static String dollars(OptionalDouble usd) {
    return usd.isPresent() ? Figures.dollars(usd.getAsDouble()) : UNKNOWN;
  }

  String html() {
    OptionalDouble usd = run.number("estimated_cost_usd");
    OptionalDouble tokens = run.number("tokens");
    double own = Math.max(0, run.amount("texts_embedded") - run.amount("duplicates"));
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "paid",
            Figures.count(own),
            run.amount("api_calls") == 0
                ? "0"
                : tokens.isPresent() ? Figures.count(tokens.getAsDouble()) : UNKNOWN,
            dollars(usd)));
    run.part("jobs").ifPresent(jobs -> rows.addAll(jobRows(jobs)));
    savingsBy("cache").ifPresent(part -> rows.add(savedRow("saved by the cache", part)));
    savingsBy("duplicates").ifPresent(part -> rows.add(savedRow("saved by duplicates", part)));
    return Markup.section(
        "money",
        "half",
        "Cost",
        Markup.table(List.of("", "texts", "tokens", "USD"), 1, rows) + notes());
  }

  private static List<List<String>> jobRows(RunRecord jobs) {
    return List.of(
        List.of(
            "of it in " + Figures.count(jobs.amount("created"), "job"),
            Figures.count(jobs.amount("texts_embedded")),
            Figures.count(jobs.amount("tokens")),
            dollars(jobs.number("cost_usd"))),
        List.of(
            "saved against calls",
            "",
            "at the provider for " + Figures.seconds(jobs.amount("queue_time_seconds")),
            dollars(jobs.number("saved_usd"))));
  }

  private static List<String> savedRow(String what, RunRecord part) {
    OptionalDouble usd = part.number("usd");
    return List.of(
        what,
        Figures.count(part.amount("texts")),
        about(part.amount("tokens"), Figures.count(part.amount("tokens"))),
        usd.isPresent() ? about(usd.getAsDouble(), Figures.dollars(usd.getAsDouble())) : UNKNOWN);
  }

  private static String about(double amount, String shown) {
    return amount == 0 ? shown : "≈ " + shown;
  }

  private String notes() {
    StringBuilder notes = new StringBuilder();
    Optional<RunRecord> known = run.part("price");
    if (known.isPresent() && price.isPresent()) {
      String asOf = known.get().text("as_of").map(at -> ", as of " + escaped(at)).orElse("");
      String source = known.get().text("source").map(from -> ": " + escaped(from)).orElse("");
      notes.append(
          Markup.paragraph(
              "note",
              (isFree()
                      ? "Tokens cost nothing"
                      : Figures.dollars(price.getAsDouble()) + " for a million tokens")
                  + asOf
                  + source
                  + "."));
    } else if (saved.isPresent()) {
      notes.append(
          Markup.paragraph(
              "note",
              "The model's price is unknown; it can be added to catalog.json in the user's"
                  + " config folder."));
    }
    saved
        .flatMap(part -> part.text("tokens_a_character"))
        .ifPresent(basis -> notes.append(Markup.paragraph("note", basisNote(basis))));
    return notes.toString();
  }

  private static String basisNote(String basis) {
    return "≈ marks an estimate: the tokens of texts that are not sent are not counted. "
        + (basis.equals(RunDetail.TokenBasis.MEASURED.word())
            ? "The estimate uses the tokens per character of the paid texts."
            : "No text was paid for, so the estimate assumes four characters per token, a rough"
                + " guess.");
  }
}
