package dev.embedctl.provider.catalog;

import dev.embedctl.provider.TokenCounter;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.CatalogModel.Tokenizer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Measures texts in tokens before anything is sent, to tell what they would cost. */
public final class TokenMeter {
  private static final int CHARACTERS_A_TOKEN_AT_MOST = 8;
  private static final int BYTES_A_TOKEN_MOSTLY = 4;
  private static final int SPECIAL_TOKENS = 2;

  private final Precision precision;
  private final Function<String, Tokens> measure;

  /** How it knows. */
  public enum Precision {
    COUNTED,
    ESTIMATED
  }

  private TokenMeter(Precision precision, Function<String, Tokens> measure) {
    this.precision = precision;
    this.measure = measure;
  }

  /** Counts as a tokenizer does. */
  public static TokenMeter counting(ToIntFunction<String> tokenizer) {
    return new TokenMeter(Precision.COUNTED, text -> Tokens.counted(tokenizer.applyAsInt(text)));
  }

  /** Counts as the model's tokenizer does, where that is known; else estimates. */
  public static TokenMeter of(CatalogModel model) {
    return model.tokenizer().map(TokenMeter::counter).orElseGet(TokenMeter::estimating);
  }

  private static TokenMeter counter(Tokenizer tokenizer) {
    return switch (tokenizer) {
      case CL100K_BASE -> counting(TokenCounter::count);
    };
  }

  /**
   * Estimates where the tokenizer is unknown. Likely is a token for four bytes of UTF-8, as OpenAI
   * estimates too. Low is a token for eight characters, longer than words' pieces are on the whole
   * in any language; high is a token a byte and two special ones, since a tokenizer falls back to
   * bytes where it knows nothing better. Only a text made for it (a long row of blanks, a ligature
   * that stands for a sentence) lies outside.
   */
  private static TokenMeter estimating() {
    return new TokenMeter(Precision.ESTIMATED, TokenMeter::estimate);
  }

  private static Tokens estimate(String text) {
    int bytes = TokenCounter.utf8Length(text);
    int characters = text.codePointCount(0, text.length());
    return new Tokens(
        Math.ceilDiv(characters, CHARACTERS_A_TOKEN_AT_MOST),
        Math.ceilDiv(bytes, BYTES_A_TOKEN_MOSTLY),
        bytes + (long) SPECIAL_TOKENS);
  }

  /** How it knows. */
  public Precision precision() {
    return precision;
  }

  /** The tokens that a text has. */
  public Tokens measure(String text) {
    return measure.apply(text);
  }
}
