package dev.embedctl.doctor;

import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.catalog.Price;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;

/**
 * The requests of an examination, one list of texts for each call.
 *
 * <p>The first has two equal texts and another one, so that vectors in a wrong order are noticed.
 * Then each text is sent alone, and the first one again.
 */
record Questions(List<List<String>> calls) {
  static final String ONE = "The quick brown fox jumps over the lazy dog.";
  static final String OTHER = "Embeddings are vectors that stand for texts.";

  private static final List<String> TOGETHER = List.of(ONE, ONE, OTHER);

  Questions {
    calls = List.copyOf(calls);
  }

  /** The requests for a provider with these limits. */
  static Questions within(ProviderLimits limits) {
    List<List<String>> alone = List.of(List.of(ONE), List.of(OTHER), List.of(ONE));
    return new Questions(
        limits.textsPerRequest() < TOGETHER.size()
            ? alone
            : List.of(TOGETHER, alone.get(0), alone.get(1), alone.get(2)));
  }

  /** A sentence that states their number and cost, to be shown before they are sent. */
  String announced(Subject subject) {
    List<String> texts = calls.stream().flatMap(Collection::stream).toList();
    long tokens = texts.stream().mapToLong(text -> subject.meter().measure(text).likely()).sum();
    String what = texts.size() + " short texts, about " + tokens + " tokens";
    return subject
        .address()
        .map(
            address ->
                "sends "
                    + calls.size()
                    + " calls with "
                    + what
                    + ", to "
                    + subject.spec().provider()
                    + " at "
                    + address
                    + " for "
                    + subject.spec().model()
                    + "; "
                    + subject
                        .price()
                        .map(price -> cost(price, tokens))
                        .orElse("the cost is unknown"))
        .orElse(
            "embeds "
                + what
                + " with "
                + subject.spec().model()
                + " on this machine; nothing is sent, and it costs nothing");
  }

  private static String cost(Price price, long tokens) {
    BigDecimal usd = price.of(tokens);
    return usd.signum() == 0
        ? "they cost nothing"
        : "they cost about $"
            + usd.round(new MathContext(2, RoundingMode.UP)).stripTrailingZeros().toPlainString();
  }
}
