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

/** Checks the replies of a server, apart from their vectors. */
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

  /** The findings before those about the vectors. */
  List<Finding> identity() {
    return List.of(key(), model());
  }

  /** The findings after those about the vectors. */
  List<Finding> behaviour() {
    List<Finding> findings = new ArrayList<>();
    seen.calls().getFirst().answer().map(ServerChecks::encoding).ifPresent(findings::add);
    findings.add(tokens());
    findings.add(takes());
    answer.map(this::rateLimit).ifPresent(findings::add);
    findings.add(latency());
    seen.learned().forEach(sentence -> findings.add(Finding.ok("learned", sentence)));
    return findings;
  }

  private Finding key() {
    return Finding.ok(
        "key",
        subject
            .givenKey()
            .map(given -> "the server accepts " + given)
            .orElse("the server needs no key"));
  }

  private Finding model() {
    String asked = subject.spec().model();
    return answer
        .flatMap(Answer::model)
        .filter(named -> !names(named, asked))
        .map(
            named ->
                Finding.warn(
                    "model",
                    asked + " was requested, but " + shortened(named) + " answers",
                    "check that this is the model you want"))
        .orElseGet(() -> Finding.ok("model", asked + " answers"));
  }

  /** Some servers add a version or an owner to the name. */
  private static boolean names(String named, String asked) {
    String a = named.toLowerCase(Locale.ROOT);
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
    OptionalLong counted = first.embeddings().tokens();
    if (counted.isEmpty()) {
      return Finding.ok(
          "tokens",
          "its replies do not count tokens; "
              + Parameter.MAX_COST
              + " assumes the greatest possible number");
    }
    String how =
        switch (subject.meter().precision()) {
          case COUNTED -> " counted before";
          case ESTIMATED -> " estimated before";
        };
    Finding finding =
        Finding.ok("tokens", counted.getAsLong() + " counted by the server, " + measured + how)
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

  /** The rate limit in its headers. */
  private Finding rateLimit(Answer last) {
    Quota quota = seen.calls().getLast().embeddings().quota();
    List<String> parts = new ArrayList<>();
    quota.requests().ifPresent(left -> parts.add(left(left, last.requestsAllowed(), "requests")));
    quota.tokens().ifPresent(left -> parts.add(left(left, last.tokensAllowed(), "tokens")));
    if (parts.isEmpty()) {
      return Finding.ok("rate limit", "its headers state none; a run adapts when it reaches one");
    }
    return figures(quota, last, Finding.ok("rate limit", String.join("; ", parts)));
  }

  private static String left(Quota.Left left, OptionalLong allowed, String unit) {
    return grouped(left.remaining())
        + (allowed.isPresent() ? " of " + grouped(allowed.getAsLong()) : "")
        + " "
        + unit
        + " left"
        + left.reset().map(reset -> ", reset in " + inWords(reset)).orElse("");
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
                + " minimum)")
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
