package dev.embedctl.provider.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.catalog.CatalogModel.Tokenizer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProviderCatalogTest {
  private static final ProviderCatalog BUILT_IN = ProviderCatalog.builtIn();

  @TempDir private Path folder;

  private ProviderCatalog with(String json) throws IOException {
    return BUILT_IN.with(Files.writeString(folder.resolve("catalog.json"), json));
  }

  private static Optional<Price> price(ProviderCatalog catalog, String model, String endpoint) {
    return catalog.price(
        new EmbeddingSpec(
            "openai", endpoint, model, OptionalInt.empty(), Optional.empty(), Oversize.ERROR, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "text-embedding-3-small,1536,true,0.02",
    "text-embedding-3-large,3072,true,0.13",
    "text-embedding-ada-002,1536,false,0.10"
  })
  void knowsOpenAisModels(String model, int dimensions, boolean shortens, BigDecimal usd) {
    assertEquals(
        new CatalogModel(
            OptionalInt.of(dimensions),
            Optional.of(true),
            Optional.of(shortens),
            Optional.of(Tokenizer.CL100K_BASE),
            OptionalInt.of(8192),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.of(new Price(usd, Optional.of("2026-01"), "OpenAI's pricing page"))),
        BUILT_IN.model("openai", model));
    assertEquals(usd, price(BUILT_IN, model, "").orElseThrow().usdPerMillionTokens());
  }

  @Test
  void theBuiltInCatalogIsComplete() {
    assertEquals(
        EnumSet.allOf(Wire.class),
        BUILT_IN.names().stream()
            .flatMap(name -> BUILT_IN.provider(name).wire().stream())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Wire.class))),
        "each wire is spoken by a provider");
    for (String name : BUILT_IN.names()) {
      CatalogProvider provider = BUILT_IN.provider(name);
      provider
          .defaultModel()
          .ifPresent(model -> assertTrue(provider.models().containsKey(model), name));
      provider
          .models()
          .forEach(
              (model, known) ->
                  known
                      .price()
                      .filter(price -> price.usdPerMillionTokens().signum() > 0)
                      .ifPresent(
                          price ->
                              assertTrue(
                                  price.asOf().isPresent() && !price.source().startsWith("/"),
                                  model + ": a price has a date and a source")));
    }
  }

  @Test
  void nothingIsKnownAboutAnUnlistedModel() {
    assertEquals(CatalogModel.UNKNOWN, BUILT_IN.model("openai", "bge-m3"));
    assertEquals(CatalogModel.UNKNOWN, BUILT_IN.model("nobody", "text-embedding-3-small"));
    assertEquals(Optional.empty(), price(BUILT_IN, "bge-m3", ""));
  }

  @Test
  void aUsersFileAddsModelsAndOverridesValuesOfBuiltInOnes() throws IOException {
    ProviderCatalog catalog =
        with(
            """
            {"openai": {"models": {
              "text-embedding-3-small": {"usd_per_million_tokens": 0.01},
              "bge-m3": {"dimensions": 1024, "usd_per_million_tokens": 0.5,
                         "price_as_of": "2026-07-01", "price_source": "our finance"}}}}
            """);

    CatalogModel small = catalog.model("openai", "text-embedding-3-small");
    assertEquals(OptionalInt.of(8192), small.tokensPerText());
    assertEquals(
        Optional.of(
            new Price(
                new BigDecimal("0.01"),
                Optional.empty(),
                folder.resolve("catalog.json").toString())),
        small.price(),
        "the date and source of the price that was replaced are gone with it");
    assertEquals(OptionalInt.of(1024), catalog.model("openai", "bge-m3").dimensions());
    assertEquals("our finance", price(catalog, "bge-m3", "").orElseThrow().source());
    assertEquals(
        BUILT_IN.model("openai", "text-embedding-3-large"),
        catalog.model("openai", "text-embedding-3-large"));
  }

  @Test
  void atAnotherEndpointOnlyTheUsersPriceCounts() throws IOException {
    String own = "http://localhost:8000/v1";
    assertEquals(Optional.empty(), price(BUILT_IN, "text-embedding-3-small", own));

    ProviderCatalog catalog =
        with(
            "{\"openai\":{\"models\":{\"text-embedding-3-small\":{\"usd_per_million_tokens\":1}}}}");

    assertEquals(
        BigDecimal.ONE,
        price(catalog, "text-embedding-3-small", own).orElseThrow().usdPerMillionTokens());
    assertEquals(Optional.empty(), price(catalog, "text-embedding-3-large", own));
  }

  @Test
  void aPriceIsPerMillionTokens() {
    Price price = new Price(new BigDecimal("0.13"), Optional.empty(), "");

    assertEquals(0, new BigDecimal("0.00000013").compareTo(price.of(1)));
    assertEquals(0, new BigDecimal("390").compareTo(price.of(3_000_000_000L)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'openai':{'models':{'m':{'usd_per_milion_tokens':1}}}}|:1: no member 'usd_per_milion_tokens'"
            + " among: dimensions, unit_length, shortens, tokenizer, tokens_per_text, texts_per_request,"
            + " tokens_per_request, usd_per_million_tokens, price_as_of, price_source; did you mean"
            + " 'usd_per_million_tokens'?",
        "{~'opnai':{}}|:2: no provider 'opnai' among: openai",
        "{'ours':{'wire':'openai'}}|:1: provider 'ours' is new (a provider of your own needs"
            + " wire and base_url)",
        "{'ours':{'wire':'opnai'}}|:1: no wire 'opnai' among: openai",
        "{'openai':{'wire':'openai'}}|:1: the wire of openai cannot be changed; give your"
            + " provider another name",
        "{'openai':{'base_ulr':'http://x'}}|:1: no member 'base_ulr' among: wire, base_url, key,"
            + " default_model, api_version, texts_per_request, tokens_per_request,"
            + " bytes_per_request, counts, models; did you mean 'base_url'?",
        "{'openai':{'base_url':'http://'}}|:1: base_url is not a URL: Expected scheme-specific"
            + " part",
        "{'openai':{'base_url':'http://u:p@h/'}}|:1: base_url must be an http or https URL without"
            + " user, password or query",
        "{'openai':{'base_url':'http://h/?key=x'}}|:1: base_url must be an http or https URL",
        "{'openai':{~'key':'sk-live-abc'}}|:2: key must be the name of an environment variable"
            + " in capitals, not the key itself; set the key in the environment",
        "{'openai':{'counts':'words'}}|:1: no kind of count 'words' among: requests, texts",
        "{'openai':{'texts_per_request':0}}|:1: texts_per_request must be an integer greater"
            + " than 0",
        "{'openai':{'mine':{'dimensions':1}}}|:1: no member 'mine' among: wire",
        "{'openai':{'models':{'m':~{'tokenizer':'cl100k'}}}}|:2: no tokenizer 'cl100k' among:"
            + " cl100k_base",
        "{'openai':{'models':{'m':{'dimensions':0}}}}|:1: dimensions must be an integer greater"
            + " than 0",
        "{'openai':{'models':{'m':{'dimensions':1.5}}}}|:1: dimensions must be an integer greater"
            + " than 0",
        "{'openai':{'models':{'m':{'dimensions':99999999999}}}}|:1: dimensions must be an"
            + " integer greater than 0",
        "{'openai':{'models':{'m':{'tokens_per_text':'x'}}}}|:1: tokens_per_text must be an"
            + " integer greater than 0",
        "{'openai':{'models':{'m':{'shortens':1}}}}|:1: shortens must be true or false",
        "{'openai':{'models':{'m':{~~'usd_per_million_tokens':-1}}}}|:3: usd_per_million_tokens"
            + " must be a number of at least 0",
        "{'openai':{'models':{'m':{'usd_per_million_tokens':null}}}}|:1: usd_per_million_tokens"
            + " must be a number of at least 0",
        "{'openai':{'models':{'m':{'price_as_of':'x'}}}}|:1: price_as_of and price_source belong to"
            + " usd_per_million_tokens",
        "{'openai':{'models':{'m':{'price_as_of':1}}}}|:1: expected a string for price_as_of",
        "{'openai':{'models':{'m':~[]}}}|:2: expected an object that describes a model",
        "{'openai':{'models':[]}}|:1: expected an object of models",
        "{'openai':[]}|:1: expected an object that describes a provider",
        "[]|:1: expected an object of providers",
        "{}~{}|:2: there is text after the object",
        "{'openai':{},~'openai':{}}|:2: Duplicate field 'openai'",
        "{'openai':~{'models':{}|:2: not valid JSON, at column",
        "usd|:1: not valid JSON, at column",
        "{'openai':{'models':{'m':{'tokens_per_text':512}}}}|: openai m: tokens_per_text needs"
            + " a tokenizer that can count"
      })
  void anInvalidCatalogIsAUsageErrorThatNamesFileAndLine(String json, String message) {
    String written = json.replace('\'', '"').replace('~', '\n');

    Usage failure = assertThrows(Usage.class, () -> with(written));

    String expected = folder.resolve("catalog.json") + message;
    assertTrue(
        failure.getMessage().startsWith(expected),
        () -> failure.getMessage() + "\ninstead of\n" + expected);
  }

  @Test
  void suggestsTheNearestProviderForAnUnknownName() {
    Usage failure = assertThrows(Usage.class, () -> with("{\"opnai\":{}}"));

    assertTrue(
        failure
            .getMessage()
            .endsWith("; did you mean 'openai'? (a provider of your own needs wire and base_url)"),
        failure.getMessage());
  }

  @Test
  void aUsersProviderAlwaysHasAnotherEndpoint() throws IOException {
    ProviderCatalog catalog =
        with("{\"ours\":{\"wire\":\"openai\",\"base_url\":\"https://api.openai.com/v1/\"}}");

    URI openAi = URI.create("https://api.openai.com/v1");
    assertEquals("", catalog.endpoint("openai", openAi));
    assertEquals(openAi.toString(), catalog.endpoint("ours", openAi));
    assertTrue(catalog.names().contains("ours"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com/v1/,''",
    "HTTPS://API.OpenAI.com:443/v1,''",
    "http://LocalHost:8000/v1//,http://localhost:8000/v1",
    "HTTP://host:80/V1,http://host/V1",
    "https://host:80/v1,https://host:80/v1",
    "http://[::1]:8000/v1,http://[::1]:8000/v1",
  })
  void spellingsOfAnAddressAreTheSameEndpoint(String typed, String endpoint) {
    assertEquals(endpoint, BUILT_IN.endpoint("openai", URI.create(typed)));
  }

  @Test
  void aUsersAddressForAProviderIsAnotherEndpoint() throws IOException {
    ProviderCatalog catalog = with("{\"openai\":{\"base_url\":\"http://localhost:8000/v1\"}}");

    URI own = catalog.provider("openai").baseUrl().orElseThrow();
    assertEquals("http://localhost:8000/v1", catalog.endpoint("openai", own));
    assertEquals("OPENAI_API_KEY", catalog.provider("openai").keyVariable().orElseThrow());
  }

  @Test
  void aModelsLimitHasPrecedenceOverItsProviders() throws IOException {
    ProviderCatalog catalog =
        with(
            """
            {"openai": {"texts_per_request": 7, "bytes_per_request": 1000, "counts": "texts",
                        "models": {"m": {"tokens_per_request": 5}}}}
            """);

    CatalogProvider openAi = catalog.provider("openai");
    assertEquals(
        new ProviderLimits(
            7, OptionalInt.empty(), OptionalInt.of(5), OptionalInt.of(1000), Counted.TEXTS),
        openAi.limits(openAi.model("m")));
    assertEquals(OptionalInt.of(300_000), openAi.limits(CatalogModel.UNKNOWN).tokensPerRequest());
  }

  @Test
  void aLimitOnTextsPerMinuteMakesRequestsSmallIfTextsAreCounted() throws IOException {
    CatalogProvider counting =
        with("{\"openai\":{\"counts\":\"texts\",\"texts_per_request\":96}}").provider("openai");

    assertEquals(5, texts(counting.paced(OptionalInt.of(60))));
    assertEquals(1, texts(counting.paced(OptionalInt.of(3))));
    assertEquals(96, texts(counting.paced(OptionalInt.of(100_000))));
    assertEquals(96, texts(counting.paced(OptionalInt.empty())));
    assertEquals(2048, texts(BUILT_IN.provider("openai").paced(OptionalInt.of(60))));
  }

  @Test
  void aModelMayTakeMoreOrFewerTextsThanItsProviderAndIsPacedLikeIt() throws IOException {
    CatalogProvider provider =
        with("""
                {"openai": {"counts": "texts", "texts_per_request": 96, "models": {
                  "one": {"texts_per_request": 1}, "many": {"texts_per_request": 250}}}}
                """)
            .provider("openai");
    CatalogProvider paced = provider.paced(OptionalInt.of(60));

    assertEquals(1, provider.limits(provider.model("one")).textsPerRequest());
    assertEquals(250, provider.limits(provider.model("many")).textsPerRequest());
    assertEquals(1, paced.limits(paced.model("one")).textsPerRequest());
    assertEquals(5, paced.limits(paced.model("many")).textsPerRequest());
  }

  private static int texts(CatalogProvider provider) {
    return provider.limits(CatalogModel.UNKNOWN).textsPerRequest();
  }

  @Test
  void refusesAnEmptyFileAndAFolder() {
    assertThrows(Usage.class, () -> with(""));
    assertThrows(Usage.class, () -> BUILT_IN.with(folder));
  }
}
