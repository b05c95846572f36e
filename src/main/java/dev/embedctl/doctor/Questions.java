package dev.embedctl.doctor;

import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.catalog.Price;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;

/**
 * What an examination sends, a list of texts a call.
 *
 * <p>Two equal texts and another, in this order: were the vectors in any other order, one of them
 * would not be its text's. Then each text alone, and the first one once more.
 */
record Questions(List<List<String>> calls) {
  static final String ONE = "The quick brown fox jumps over the lazy dog.";
  static final String OTHER = "Embeddings are vectors that stand for texts.";

  private static final List<String> TOGETHER = List.of(ONE, ONE, OTHER);

  Questions {
    calls = List.copyOf(calls);
  }

  /** The questions for a provider with these limits. */
  static Questions within(ProviderLimits limits) {
    List<List<String>> alone = List.of(List.of(ONE), List.of(OTHER), List.of(ONE));
    return new Questions(
        limits.textsPerRequest() < TOGETHER.size()
            ? alone
            : List.of(TOGETHER, alone.get(0), alone.get(1), alone.get(2)));
  }

  /** What they are and cost, in a sentence, for before they are sent. */
  String announced(Subject to) {
    List<String> texts = calls.stream().flatMap(Collection::stream).toList();
    long tokens = texts.stream().mapToLong(text -> to.meter().measure(text).likely()).sum();
    String what = texts.size() + " short texts, about " + tokens + " tokens";
    return to.address()
        .map(
            address ->
                "sends "
                    + calls.size()
                    + " calls with "
                    + what
                    + ", to "
                    + to.spec().provider()
                    + " at "
                    + address
                    + " for "
                    + to.spec().model()
                    + "; "
                    + to.price()
                        .map(price -> cost(price, tokens))
                        .orElse("what they cost is not known"))
        .orElse(
            "asks "
                + to.spec().model()
                + " on this machine for the vectors of "
                + what
                + "; nothing is sent, and it costs nothing");
  }

  private static String cost(Price price, long tokens) {
    BigDecimal usd = price.of(tokens);
    return usd.signum() == 0
        ? "they cost nothing"
        : "they cost about $"
            + usd.round(new MathContext(2, RoundingMode.UP)).stripTrailingZeros().toPlainString();
  }
}
