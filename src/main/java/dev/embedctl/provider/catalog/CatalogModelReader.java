package dev.embedctl.provider.catalog;

import dev.embedctl.provider.catalog.CatalogModel.Tokenizer;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a model from a {@code catalog.json}. */
final class CatalogModelReader {
  private static final String DIMENSIONS = "dimensions";
  private static final String SHORTENS = "shortens";
  private static final String UNIT_LENGTH = "unit_length";
  private static final String TOKENIZER = "tokenizer";
  private static final String TOKENS_PER_TEXT = "tokens_per_text";
  private static final String TEXTS_PER_REQUEST = "texts_per_request";
  private static final String TOKENS_PER_REQUEST = "tokens_per_request";
  private static final String PRICE = "usd_per_million_tokens";
  private static final String PRICE_AS_OF = "price_as_of";
  private static final String PRICE_SOURCE = "price_source";
  private static final List<String> MEMBERS =
      List.of(
          DIMENSIONS,
          UNIT_LENGTH,
          SHORTENS,
          TOKENIZER,
          TOKENS_PER_TEXT,
          TEXTS_PER_REQUEST,
          TOKENS_PER_REQUEST,
          PRICE,
          PRICE_AS_OF,
          PRICE_SOURCE);
  private static final List<String> TOKENIZERS = List.of("cl100k_base");

  private OptionalInt dimensions = OptionalInt.empty();
  private Optional<Boolean> unitLength = Optional.empty();
  private Optional<Boolean> shortens = Optional.empty();
  private Optional<Tokenizer> tokenizer = Optional.empty();
  private OptionalInt tokensPerText = OptionalInt.empty();
  private OptionalInt textsPerRequest = OptionalInt.empty();
  private OptionalInt tokensPerRequest = OptionalInt.empty();
  private Optional<BigDecimal> usd = Optional.empty();
  private Optional<String> asOf = Optional.empty();
  private Optional<String> source = Optional.empty();

  private CatalogModelReader() {}

  /** Reads the model at the parser's position. */
  static CatalogModel read(StrictJson json) throws IOException {
    CatalogModelReader reader = new CatalogModelReader();
    json.object("an object that describes a model", found -> reader.take(json, found));
    return reader.whole(json);
  }

  private void take(StrictJson json, String found) throws IOException {
    String member = json.known(found, "member", MEMBERS);
    switch (member) {
      case DIMENSIONS -> dimensions = OptionalInt.of(json.count(member));
      case UNIT_LENGTH -> unitLength = Optional.of(json.truth(member));
      case SHORTENS -> shortens = Optional.of(json.truth(member));
      case TOKENIZER -> tokenizer = Optional.of(tokenizer(json));
      case TOKENS_PER_TEXT -> tokensPerText = OptionalInt.of(json.count(member));
      case TEXTS_PER_REQUEST -> textsPerRequest = OptionalInt.of(json.count(member));
      case TOKENS_PER_REQUEST -> tokensPerRequest = OptionalInt.of(json.count(member));
      case PRICE -> usd = Optional.of(json.decimal(member));
      case PRICE_AS_OF -> asOf = Optional.of(json.string(member));
      case PRICE_SOURCE -> source = Optional.of(json.string(member));
      default -> throw new IllegalStateException("a member without a reader: " + member);
    }
  }

  private static Tokenizer tokenizer(StrictJson json) throws IOException {
    String word = json.known(json.string(TOKENIZER), TOKENIZER, TOKENIZERS);
    return Tokenizer.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private CatalogModel whole(StrictJson json) {
    if (usd.isEmpty() && (asOf.isPresent() || source.isPresent())) {
      throw json.wrong(PRICE_AS_OF + " and " + PRICE_SOURCE + " belong to " + PRICE);
    }
    String word = source.orElse(json.name());
    return new CatalogModel(
        dimensions,
        unitLength,
        shortens,
        tokenizer,
        tokensPerText,
        textsPerRequest,
        tokensPerRequest,
        usd.map(dollars -> new Price(dollars, asOf, word)));
  }
}
