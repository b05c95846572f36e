package dev.embedctl.doctor;

import dev.embedctl.doctor.Observations.Call;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import dev.embedctl.provider.remote.Answer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a server that answered is like. */
final class ServerChecks {
  private static final BigDecimal NANOS_A_MILLISECOND = BigDecimal.valueOf(1_000_000);

  private final Subject subject;
  private final Observations seen;
  private final Optional<Answer> answer;

  ServerChecks(Subject subject, Observations seen) {
    this.subject = subject;
    this.seen = seen;
    this.answer = seen.calls().getLast().answer();
  }

  /** What is told before what its vectors are like. */
  List<Finding> whoItIs() {
    return List.of(key(), model());
  }

  /** What is told after that. */
  List<Finding> howItAnswers() {
    List<Finding> findings = new ArrayList<>();
    seen.calls().getFirst().answer().map(ServerChecks::encoding).ifPresent(findings::add);
    findings.add(tokens());
    findings.add(takes());
    answer.map(this::told).ifPresent(findings::add);
    findings.add(latency());
    seen.learned().forEach(sentence -> findings.add(Finding.ok("learned", sentence)));
    return findings;
  }

  private Finding key() {
    return Finding.ok(
        "key",
        subject
            .givenKey()
            .map(variable -> variable + " is taken")
            .orElse("none was sent, none is wanted"));
  }

  private Finding model() {
    String asked = subject.spec().model();
    return answer
        .flatMap(Answer::model)
        .filter(told -> !names(told, asked))
        .map(
            told ->
                Finding.warn(
                    "model",
                    asked + " was asked for, and " + shortened(told) + " answers",
                    "see that it is the model that you mean"))
        .orElseGet(() -> Finding.ok("model", asked + " answers"));
  }

  /** Some tell a version or an owner too. */
  private static boolean names(String told, String asked) {
    String a = told.toLowerCase(Locale.ROOT);
    String b = asked.toLowerCase(Locale.ROOT);
    return a.isBlank() || a.contains(b) || b.endsWith("/" + a);
  }

  private static String shortened(String name) {
    return name.length() > 80 ? name.substring(0, 80) + "…" : name;
  }

  private static Finding encoding(Answer first) {
    return Finding.ok(
        "encoding",
        switch (first.base64()) {
          case TAKEN -> "base64";
          case IGNORED -> "numbers: it ignores base64, so replies are about four times as long";
          case NOT_ASKED -> "numbers";
        });
  }

  private Finding tokens() {
    Call first = seen.calls().getFirst();
    long measured =
        first.texts().stream().mapToLong(text -> subject.meter().measure(text).likely()).sum();
    OptionalLong counted = first.brought().tokens();
    if (counted.isEmpty()) {
      return Finding.ok(
          "tokens",
          "it does not say what it counts; "
              + Parameter.MAX_COST
              + " reckons with the most there can be");
    }
    String how =
        switch (subject.meter().precision()) {
          case COUNTED -> " counted beforehand";
          case ESTIMATED -> " estimated beforehand";
        };
    Finding finding =
        Finding.ok("tokens", counted.getAsLong() + " counted by it, " + measured + how)
            .with("counted", counted.getAsLong());
    return subject.meter().precision() == Precision.COUNTED
        ? finding.with("expected", measured)
        : finding;
  }

  private Finding takes() {
    ProviderLimits limits = seen.after();
    List<String> parts = new ArrayList<>();
    parts.add(
        limits.textsPerRequest() == 1 ? "1 text" : grouped(limits.textsPerRequest()) + " texts");
    part(limits.tokensPerRequest(), "tokens", parts);
    part(limits.bytesPerRequest(), "bytes", parts);
    Finding finding =
        Finding.ok(
                "takes",
                String.join(", ", parts)
                    + " a request"
                    + (limits.tokensPerText().isPresent()
                        ? ", " + grouped(limits.tokensPerText().getAsInt()) + " tokens a text"
                        : "")
                    + ", as far as is known")
            .with("texts_per_request", limits.textsPerRequest());
    return limits.tokensPerText().isPresent()
        ? finding.with("tokens_per_text", limits.tokensPerText().getAsInt())
        : finding;
  }

  private static void part(OptionalInt count, String what, List<String> parts) {
    if (count.isPresent()) {
      parts.add(grouped(count.getAsInt()) + " " + what);
    }
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** What its headers tell of how often it may be asked. */
  private Finding told(Answer last) {
    Quota quota = seen.calls().getLast().brought().quota();
    List<String> parts = new ArrayList<>();
    quota.requests().ifPresent(left -> parts.add(left(left, last.requestsAllowed(), "requests")));
    quota.tokens().ifPresent(left -> parts.add(left(left, last.tokensAllowed(), "tokens")));
    if (parts.isEmpty()) {
      return Finding.ok("rate limit", "its headers tell none; a run finds it out if there is one");
    }
    return figures(quota, last, Finding.ok("rate limit", String.join("; ", parts)));
  }

  private static String left(Quota.Left left, OptionalLong allowed, String unit) {
    return grouped(left.remaining())
        + (allowed.isPresent() ? " of " + grouped(allowed.getAsLong()) : "")
        + " "
        + unit
        + " left"
        + left.reset().map(reset -> ", all of them again in " + inWords(reset)).orElse("");
  }

  private static Finding figures(Quota quota, Answer last, Finding finding) {
    Finding all = finding;
    if (quota.requests().isPresent()) {
      all = all.with("requests_left", quota.requests().get().remaining());
    }
    if (last.requestsAllowed().isPresent()) {
      all = all.with("requests", last.requestsAllowed().getAsLong());
    }
    if (quota.tokens().isPresent()) {
      all = all.with("tokens_left", quota.tokens().get().remaining());
    }
    if (last.tokensAllowed().isPresent()) {
      all = all.with("tokens", last.tokensAllowed().getAsLong());
    }
    return all;
  }

  private Finding latency() {
    Duration first = seen.calls().getFirst().took();
    List<Duration> later = seen.calls().stream().skip(1).map(Call::took).sorted().toList();
    String text = inWords(first) + " for the first call";
    if (later.isEmpty()) {
      return Finding.ok("latency", text).with("first_ms", milliseconds(first));
    }
    Duration median = later.get(later.size() / 2);
    return Finding.ok(
            "latency",
            text
                + ", then "
                + inWords(median)
                + " for a text (median of "
                + later.size()
                + ", "
                + inWords(later.getFirst())
                + " at least)")
        .with("first_ms", milliseconds(first))
        .with("median_ms", milliseconds(median))
        .with("least_ms", milliseconds(later.getFirst()));
  }

  private static BigDecimal milliseconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos())
        .divide(NANOS_A_MILLISECOND, 2, RoundingMode.HALF_UP);
  }

  static String inWords(Duration duration) {
    long milliseconds = duration.toMillis();
    if (milliseconds >= 1000) {
      BigDecimal seconds = BigDecimal.valueOf(milliseconds, 3).round(new MathContext(2));
      return (milliseconds >= 10_000 ? "" + Math.ceilDiv(milliseconds, 1000) : plain(seconds))
          + " s";
    }
    return (milliseconds >= 10 ? "" + milliseconds : plain(milliseconds(duration))) + " ms";
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
