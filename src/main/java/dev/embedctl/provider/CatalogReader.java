package dev.embedctl.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import dev.embedctl.provider.CatalogModel.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a {@code catalog.json}: an object of providers, each an object of models. */
final class CatalogReader {
  private static final String DIMENSIONS = "dimensions";
  private static final String SHORTENS = "shortens";
  private static final String TOKENIZER = "tokenizer";
  private static final String TOKENS_PER_TEXT = "tokens_per_text";
  private static final String PRICE = "usd_per_million_tokens";
  private static final String PRICE_AS_OF = "price_as_of";
  private static final String PRICE_SOURCE = "price_source";
  private static final List<String> MEMBERS =
      List.of(DIMENSIONS, SHORTENS, TOKENIZER, TOKENS_PER_TEXT, PRICE, PRICE_AS_OF, PRICE_SOURCE);
  private static final List<String> TOKENIZERS = List.of("cl100k_base");

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String name;

  /** A reader of a file that messages call so. */
  CatalogReader(String name) {
    this.name = name;
  }

  /** Models by provider and name. */
  Map<String, Map<String, CatalogModel>> read(InputStream in) throws IOException {
    return read(in, List.of());
  }

  /**
   * Models by provider and name.
   *
   * @param providers those there may be; empty for any
   * @throws Usage where the file is no catalog; the message names file and line
   */
  Map<String, Map<String, CatalogModel>> read(InputStream in, Collection<String> providers)
      throws IOException {
    try (JsonParser json = JSON.createParser(in)) {
      json.nextToken();
      expect(json, JsonToken.START_OBJECT, "an object of providers");
      Map<String, Map<String, CatalogModel>> read = new LinkedHashMap<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String provider = json.currentName();
        if (!providers.isEmpty() && !providers.contains(provider)) {
          throw wrong(json, "no provider '" + provider + "'" + NameHint.among(provider, providers));
        }
        read.put(provider, models(json));
      }
      if (json.nextToken() != null) {
        throw wrong(json, "something stands after the object");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  private Map<String, CatalogModel> models(JsonParser json) throws IOException {
    json.nextToken();
    expect(json, JsonToken.START_OBJECT, "an object of models");
    Map<String, CatalogModel> models = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      models.put(json.currentName(), model(json));
    }
    return models;
  }

  private CatalogModel model(JsonParser json) throws IOException {
    json.nextToken();
    expect(json, JsonToken.START_OBJECT, "an object that describes a model");
    OptionalInt dimensions = OptionalInt.empty();
    Optional<Boolean> shortens = Optional.empty();
    Optional<Tokenizer> tokenizer = Optional.empty();
    OptionalInt tokensPerText = OptionalInt.empty();
    Optional<BigDecimal> usd = Optional.empty();
    Optional<String> asOf = Optional.empty();
    Optional<String> source = Optional.empty();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      if (!MEMBERS.contains(member)) {
        throw wrong(json, "no member '" + member + "'" + NameHint.among(member, MEMBERS));
      }
      json.nextToken();
      switch (member) {
        case DIMENSIONS -> dimensions = OptionalInt.of(count(json, member));
        case SHORTENS -> shortens = Optional.of(truth(json, member));
        case TOKENIZER -> tokenizer = Optional.of(tokenizer(json));
        case TOKENS_PER_TEXT -> tokensPerText = OptionalInt.of(count(json, member));
        case PRICE -> usd = Optional.of(dollars(json));
        case PRICE_AS_OF -> asOf = Optional.of(string(json, member));
        case PRICE_SOURCE -> source = Optional.of(string(json, member));
        default -> throw new IllegalStateException("a member nobody reads: " + member);
      }
    }
    if (usd.isEmpty() && (asOf.isPresent() || source.isPresent())) {
      throw wrong(json, PRICE_AS_OF + " and " + PRICE_SOURCE + " belong to " + PRICE);
    }
    String said = source.orElse(name);
    Optional<String> when = asOf;
    return new CatalogModel(
        dimensions,
        shortens,
        tokenizer,
        tokensPerText,
        usd.map(dollars -> new Price(dollars, when, said)));
  }

  private int count(JsonParser json, String member) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() == JsonParser.NumberType.INT
        && json.getIntValue() > 0) {
      return json.getIntValue();
    }
    throw wrong(json, member + " is a whole number above 0");
  }

  private boolean truth(JsonParser json, String member) throws IOException {
    if (json.currentToken().isBoolean()) {
      return json.getBooleanValue();
    }
    throw wrong(json, member + " is true or false");
  }

  private String string(JsonParser json, String member) throws IOException {
    expect(json, JsonToken.VALUE_STRING, "a string as " + member);
    return json.getText();
  }

  private Tokenizer tokenizer(JsonParser json) throws IOException {
    String said = string(json, TOKENIZER);
    if (!TOKENIZERS.contains(said)) {
      throw wrong(json, "no tokenizer '" + said + "'" + NameHint.among(said, TOKENIZERS));
    }
    return Tokenizer.valueOf(said.toUpperCase(Locale.ROOT));
  }

  private BigDecimal dollars(JsonParser json) throws IOException {
    if (json.currentToken().isNumeric() && json.getDecimalValue().signum() >= 0) {
      return json.getDecimalValue();
    }
    throw wrong(json, PRICE + " is a number, 0 or more");
  }

  private void expect(JsonParser json, JsonToken token, String what) {
    if (json.currentToken() != token) {
      throw wrong(json, "here stands " + what);
    }
  }

  private Usage wrong(JsonParser json, String what) {
    return new Usage(name + ":" + json.currentTokenLocation().getLineNr() + ": " + what);
  }

  private Usage notJson(JsonProcessingException e) {
    boolean twice = e.getOriginalMessage().startsWith("Duplicate field");
    return new Usage(
        name
            + ":"
            + e.getLocation().getLineNr()
            + ": "
            + (twice
                ? e.getOriginalMessage()
                : "not valid JSON, at column " + e.getLocation().getColumnNr()));
  }
}
