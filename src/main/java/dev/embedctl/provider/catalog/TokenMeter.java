package dev.embedctl.provider.catalog;

import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.TokenCounter;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.CatalogModel.Tokenizer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Counts or estimates the tokens of texts before anything is sent, to estimate the cost. */
public final class TokenMeter {
  private static final int MAX_CHARACTERS_PER_TOKEN = 8;
  private static final int USUAL_BYTES_PER_TOKEN = 4;
  private static final int SPECIAL_TOKENS = 2;

  private final Precision precision;
  private final Function<String, Tokens> measure;
  private final Function<CountedText, Tokens> measureCounted;

  /** Whether tokens are counted or estimated. */
  public enum Precision {
    COUNTED,
    ESTIMATED
  }

  private TokenMeter(Precision precision, Function<String, Tokens> measure) {
    this(precision, measure, text -> measure.apply(text.text()));
  }

  private TokenMeter(
      Precision precision,
      Function<String, Tokens> measure,
      Function<CountedText, Tokens> measureCounted) {
    this.precision = precision;
    this.measure = measure;
    this.measureCounted = measureCounted;
  }

  /** A meter that counts with a tokenizer. */
  public static TokenMeter counting(ToIntFunction<String> tokenizer) {
    return new TokenMeter(Precision.COUNTED, text -> Tokens.counted(tokenizer.applyAsInt(text)));
  }

  /** A meter for a provider whose own count is exact: it uses the count that a text carries. */
  public static TokenMeter of(EmbeddingProvider provider) {
    return new TokenMeter(
        Precision.COUNTED,
        text -> Tokens.counted(provider.tokens(text)),
        text -> Tokens.counted(text.tokens()));
  }

  /**
   * A meter that counts with the model's tokenizer or, if that is unknown, estimates.
   *
   * @param prefix what is sent before each text
   */
  public static TokenMeter of(CatalogModel model, String prefix) {
    TokenMeter ofSent =
        model.tokenizer().map(TokenMeter::counter).orElseGet(TokenMeter::estimating);
    return prefix.isEmpty()
        ? ofSent
        : new TokenMeter(ofSent.precision, text -> ofSent.measure(prefix + text));
  }

  private static TokenMeter counter(Tokenizer tokenizer) {
    return switch (tokenizer) {
      case CL100K_BASE -> counting(TokenCounter::count);
    };
  }

  /**
   * Estimates for unknown tokenizers. {@code likely} assumes four bytes of UTF-8 per token, like
   * OpenAI's rule of thumb. {@code low} assumes eight characters per token, more than the average
   * piece of a word in any language. {@code high} assumes one byte per token and two special
   * tokens, since tokenizers fall back to bytes. Only contrived texts (a long row of spaces, a
   * ligature that stands for a sentence) are outside this range.
   */
  private static TokenMeter estimating() {
    return new TokenMeter(Precision.ESTIMATED, TokenMeter::estimate);
  }

  private static Tokens estimate(String text) {
    int bytes = TokenCounter.utf8Length(text);
    int characters = text.codePointCount(0, text.length());
    return new Tokens(
        Math.ceilDiv(characters, MAX_CHARACTERS_PER_TOKEN),
        Math.ceilDiv(bytes, USUAL_BYTES_PER_TOKEN),
        bytes + (long) SPECIAL_TOKENS);
  }

  /** Whether tokens are counted or estimated. */
  public Precision precision() {
    return precision;
  }

  /** The number of tokens in a text. */
  public Tokens measure(String text) {
    return measure.apply(text);
  }

  /** The number of tokens in a text that its provider has counted already. */
  public Tokens measure(CountedText text) {
    return measureCounted.apply(text);
  }
}
