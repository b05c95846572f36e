package dev.embedctl.provider.remote;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.testing.Vectors;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire to an OpenAI-compatible server, and what each reply means. */
@Timeout(30)
final class OpenAiWireTest {
  private static final String PATH = "/v1/embeddings";
  private static final String KEY = "sk-very-secret";
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @RegisterExtension
  private static final WireMockExtension SERVER =
      WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

  static EmbeddingProvider open(String baseUrl, Duration timeout) {
    return open(spec("some-model"), baseUrl, Optional.empty(), timeout);
  }

  private static EmbeddingSpec spec(String model) {
    return new EmbeddingSpec(
        "openai", "", model, OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  }

  private static EmbeddingProvider open(
      EmbeddingSpec spec, String baseUrl, Optional<ApiKey> key, Duration timeout) {
    return RemoteProvider.open(
        new RemoteProvider.Settings(
            spec,
            URI.create(baseUrl),
            key,
            new Proxies(Map.of()),
            PlainKeys.REFUSED,
            timeout,
            sentence -> {}),
        ProviderCatalog.builtIn().provider("openai"),
        ProviderCatalog.builtIn().model("openai", spec.model()),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static EmbeddingProvider provider() {
    return open(
        spec("some-model"),
        SERVER.baseUrl() + "/v1",
        Optional.of(new ApiKey("OPENAI_API_KEY", KEY)),
        Duration.ofSeconds(10));
  }

  private static void answer(ResponseDefinitionBuilder response) {
    SERVER.stubFor(post(PATH).willReturn(response));
  }

  private static List<Vector> vectorsOf(String reply) throws Exception {
    answer(okJson(reply));
    try (EmbeddingProvider provider = provider()) {
      return provider.embed(List.of("one", "two")).vectors();
    }
  }

  private static <E extends ProviderException> E failureOf(
      Class<E> type, ResponseDefinitionBuilder response) {
    answer(response);
    try (EmbeddingProvider provider = provider()) {
      return assertThrows(type, () -> provider.embed(List.of("one", "two")));
    }
  }

  @Test
  void asksForBase64OfTheTextsAsTheyStand() throws Exception {
    answer(okJson(items(item(0, "[1,2]"), item(1, "[3,4]"))));
    try (EmbeddingProvider provider = provider()) {
      provider.embed(List.of(" \"quoted\"\n", "漢字 🙂"));
    }

    SERVER.verify(
        1,
        postRequestedFor(urlEqualTo(PATH))
            .withHeader("Authorization", equalTo("Bearer " + KEY))
            .withHeader("Content-Type", equalTo("application/json"))
            .withHeader("Upgrade", absent())
            .withRequestBody(
                equalToJson(
                    """
                    {"model": "some-model", "input": [" \\"quoted\\"\\n", "漢字 🙂"],
                     "encoding_format": "base64"}
                    """)));
  }

  @Test
  void asksForDimensionsWhereTheyWereGiven() throws Exception {
    answer(okJson(items(item(0, "[1,2]"))));
    EmbeddingSpec spec =
        new EmbeddingSpec(
            "openai",
            "",
            "text-embedding-3-small",
            OptionalInt.of(2),
            Optional.empty(),
            Oversize.ERROR,
            "");
    try (EmbeddingProvider provider =
        open(spec, SERVER.baseUrl() + "/v1/", Optional.empty(), Duration.ofSeconds(5))) {
      provider.embed(List.of("x"));
    }

    SERVER.verify(
        postRequestedFor(urlEqualTo(PATH))
            .withHeader("Authorization", absent())
            .withRequestBody(
                equalToJson(
                    """
                    {"model": "text-embedding-3-small", "input": ["x"],
                     "encoding_format": "base64", "dimensions": 2}
                    """)));
  }

  private static String item(int index, String embedding) {
    return "{\"object\":\"embedding\",\"index\":" + index + ",\"embedding\":" + embedding + "}";
  }

  private static String items(String... items) {
    return "{\"object\":\"list\",\"data\":["
        + String.join(",", items)
        + "],\"usage\":{\"prompt_tokens\":7,\"total_tokens\":7}}";
  }

  @Test
  void putsVectorsInPlaceByIndex() throws Exception {
    Vector first = Vectors.of("one", 5);
    Vector second = Vectors.of("two", 5);

    List<Vector> vectors =
        vectorsOf(
            items(
                item(1, "\"" + Vectors.base64(second) + "\""),
                item(0, "\"" + Vectors.base64(first) + "\"")));

    assertEquals(List.of(first, second), vectors);
  }

  @Test
  void takesNumbersWhereTheServerIgnoresBase64AndKeepsTheirFloat32Bits() throws Exception {
    List<Vector> vectors =
        vectorsOf(
            items(
                item(0, "[0.1, -1e-45, 3.4028234663852886e38, 0.30000001192092896]"),
                item(1, "[1, 16777217, -0.0, 1.00000005960464477539]")));

    assertEquals(
        List.of(
            Vector.wrap(0.1f, -Float.MIN_VALUE, Float.MAX_VALUE, 0.3f),
            Vector.wrap(1f, 16777216f, -0.0f, Float.parseFloat("1.00000005960464477539"))),
        vectors);
  }

  @Test
  void tellsTheTokensThatTheProviderCounted() throws Exception {
    answer(okJson(items(item(0, "[1]"))));
    try (EmbeddingProvider provider = provider()) {
      assertEquals(7, provider.embed(List.of("x")).tokens().orElseThrow());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"data\":null}",
        "{\"data\":[",
        "{\"error\":{\"message\":\"sorry\"}}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[2]},"
            + "{\"index\":1,\"embedding\":[3]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":2,\"embedding\":[2]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[2]},"
            + "{\"index\":1,\"embedding\":[3]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":-1,\"embedding\":[2]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"embedding\":[2]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":null}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[null]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[\"2\"]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[NaN]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":\"AACAPw==\"},{\"index\":1,\"embedding\":\"AAC\"}]}",
        "{\"data\":[{\"index\":0,\"embedding\":\"AACAPw==\"},{\"index\":1,\"embedding\":\"\"}]}",
        "{\"data\":[{\"index\":0,\"embedding\":\"AACAPw==\"},{\"index\":1,\"embedding\":\"%%\"}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[2]},"
            + "{\"index\":2,\"embedding\":[3]}]}",
        "<html>"
      })
  void believesNoReplyThatIsNotWhole(String reply) {
    failureOf(Transient.class, okJson(reply));
  }

  @ParameterizedTest
  @CsvSource({
    "408, SERVER_ERROR",
    "409, SERVER_ERROR",
    "425, SERVER_ERROR",
    "429, RATE_LIMITED",
    "500, SERVER_ERROR",
    "502, SERVER_ERROR",
    "503, OVERLOADED",
    "504, SERVER_ERROR",
    "529, OVERLOADED"
  })
  void theseStatusesAreTransient(int status, Transient.Kind kind) {
    Transient failure =
        failureOf(
            Transient.class, aResponse().withStatus(status).withBody("<html>\n oops </html>"));

    assertEquals(kind, failure.kind());
    assertEquals("openai at localhost: HTTP " + status + ": oops", failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 401, 402, 403, 404, 405, 410})
  void theseStatusesAreHopeless(int status) {
    failureOf(
        Hopeless.class, aResponse().withStatus(status).withHeader("Location", "http://other/"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void theseStatusesRefuseTheTexts(int status) {
    Refused failure =
        failureOf(
            Refused.class,
            aResponse()
                .withStatus(status)
                .withBody("{\"error\":{\"message\":\"too long\",\"param\":null,\"code\":null}}"));

    assertEquals("openai at localhost: HTTP " + status + ": too long", failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'detail':[%s]}",
        "{'object':'error','message':{'detail':[%s]},'type':'invalid_request_error'}",
        "{'error':{'message':{'detail':[%s]}}}",
        "{'error':{'detail':[%s]}}",
        "{'errors':[%s]}",
        "[%s]"
      })
  void fieldErrorsAreReadWhereverTheyStandAndWithoutTheText(String body) {
    String item =
        "{'type':'value_error','loc':['body','input'],'msg':'Too odd','input':['secret']}";
    Refused failure =
        failureOf(
            Refused.class,
            aResponse().withStatus(422).withBody(body.formatted(item).replace('\'', '"')));

    assertEquals("openai at localhost: HTTP 422: input: Too odd", failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "extra_forbidden, encoding_format, Extra inputs are not permitted",
    "string_type, input, Input should be a valid string"
  })
  void aFormThatFieldErrorsRefuseIsSentOnceAndThenAnother(String type, String field, String words)
      throws Exception {
    String item =
        "{\"type\":\"%s\",\"loc\":[\"body\",\"%s\"],\"msg\":\"%s\",\"input\":\"x\"}"
            .formatted(type, field, words);
    answer(aResponse().withStatus(422).withBody("{\"message\":{\"detail\":[%s]}}".formatted(item)));
    try (EmbeddingProvider provider = provider()) {
      Transient failure = assertThrows(Transient.class, () -> provider.embed(List.of("one")));
      assertEquals(Transient.Kind.MISUNDERSTOOD, failure.kind());

      answer(okJson(items(item(0, "[1,2]"))));
      assertEquals(
          List.of(Vector.wrap(new float[] {1, 2})), provider.embed(List.of("one")).vectors());
    }
  }

  @Test
  void anErrorThatIsJsonInAStringIsReadToo() {
    Refused failure =
        failureOf(
            Refused.class,
            aResponse()
                .withStatus(400)
                .withBody("{\"message\":\"{\\\"detail\\\":\\\"Too odd\\\"}\"}"));

    assertEquals("openai at localhost: HTTP 400: Too odd", failure.getMessage());
  }

  @Test
  void aRefusalOfWhatAllRequestsHaveInCommonIsHopeless() {
    failureOf(
        Hopeless.class,
        aResponse()
            .withStatus(400)
            .withBody("{\"error\":{\"message\":\"no\",\"param\":\"dimensions\"}}"));
  }

  @Test
  void anExhaustedQuotaIsHopelessAndNoRateLimit() {
    failureOf(
        Hopeless.class,
        aResponse()
            .withStatus(429)
            .withBody("{\"error\":{\"message\":\"pay\",\"code\":\"insufficient_quota\"}}"));
  }

  @Test
  void aTextTooLongDressedAsServerErrorIsRefused() {
    failureOf(
        Refused.class,
        aResponse()
            .withStatus(500)
            .withBody("{\"error\":{\"message\":\"input (844 tokens) is too large to process.\"}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Retry-After    | 2                             | 2000",
        "Retry-After    | 0.5                           | 500",
        "retry-after-ms | 1500                          | 1500",
        "Retry-After    | Fri, 02 Jan 2026 03:04:12 GMT | 7000",
        "Retry-After    | Fri, 02 Jan 2026 03:04:01 GMT | 0"
      })
  void tellsTheWaitThatTheProviderAsksFor(String header, String value, long milliseconds) {
    Transient failure =
        failureOf(Transient.class, aResponse().withStatus(429).withHeader(header, value));

    assertEquals(Duration.ofMillis(milliseconds), failure.retryAfter().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Please retry after 55 seconds.                    | 55000",
        "Please try again in 1.85s. Visit the page         | 1850",
        "Rate limit reached. Try again in 6m0s             | 360000",
        "No deployments available. Try again in 60 seconds | 60000",
        "slow down, wait 2 minutes                         | 120000"
      })
  void findsTheWaitInTheMessage(String message, long milliseconds) {
    Transient failure =
        failureOf(
            Transient.class,
            aResponse()
                .withStatus(429)
                .withHeader("x-ratelimit-remaining-tokens", "0")
                .withHeader("x-ratelimit-reset-tokens", "9h")
                .withBody("{\"error\":{\"message\":\"" + message + "\"}}"));

    assertEquals(Optional.of(Duration.ofMillis(milliseconds)), failure.retryAfter());
  }

  @Test
  void aRefusalWithoutAWaitIsOverWhenTheQuotaIsThereAgain() {
    Transient failure =
        failureOf(
            Transient.class,
            aResponse()
                .withStatus(429)
                .withHeader("Retry-After", "0")
                .withHeader("x-ratelimit-remaining-requests", "0")
                .withHeader("x-ratelimit-reset-requests", "6m0s"));

    assertEquals(Optional.of(Duration.ofMinutes(6)), failure.retryAfter());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'error':{'code':503,'message':'Loading model','type':'unavailable_error'}} | 1000",
        "{'error':'Model m is currently loading','estimated_time':20.5}              | 20500",
        "{'error':'Model m is currently loading','estimated_time':20}                | 20000",
        "{'error':'The model is being loaded, hold on'}                              | 1000"
      })
  void aServerThatLoadsItsModelIsWaitedFor(String body, long milliseconds) {
    Transient failure =
        failureOf(Transient.class, aResponse().withStatus(503).withBody(body.replace('\'', '"')));

    assertEquals(Transient.Kind.LOADING, failure.kind());
    assertEquals(Optional.of(Duration.ofMillis(milliseconds)), failure.retryAfter());
    assertFalse(failure.isAttempt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-3", "NaN", "1e300"})
  void aWaitThatCannotBeReadIsNone(String value) {
    Transient failure =
        failureOf(Transient.class, aResponse().withStatus(503).withHeader("Retry-After", value));

    assertEquals(Optional.empty(), failure.retryAfter());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
  void brokenConnectionsAreTransient(Fault fault) {
    failureOf(Transient.class, aResponse().withFault(fault));
  }

  @Test
  void anAddressWhereNobodyListensIsTransient() {
    try (EmbeddingProvider provider = open("http://127.0.0.1:1/v1", Duration.ofSeconds(5))) {
      assertThrows(Transient.class, () -> provider.embed(List.of("x")));
    }
  }

  @Test
  void theTimeoutHoldsToTheLastByteOfTheBody() {
    answer(okJson(items(item(0, "[1]"))).withChunkedDribbleDelay(60, 30_000));
    try (EmbeddingProvider provider = open(SERVER.baseUrl() + "/v1", Duration.ofMillis(300))) {
      Transient failure = assertThrows(Transient.class, () -> provider.embed(List.of("x")));

      assertTrue(failure.getMessage().endsWith("no complete reply within 300 ms"));
    }
  }

  @Test
  void theTimeoutHoldsForAReplyThatNeverComes() {
    answer(okJson(items(item(0, "[1]"))).withFixedDelay(30_000));
    try (EmbeddingProvider provider = open(SERVER.baseUrl() + "/v1", Duration.ofMillis(300))) {
      assertThrows(Transient.class, () -> provider.embed(List.of("x")));
    }
  }

  @Test
  void aKeyThatTheServerRepeatsIsNotRepeatedByUs() {
    Hopeless failure =
        failureOf(
            Hopeless.class,
            aResponse()
                .withStatus(401)
                .withBody("{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + "\"}}"));

    assertFalse(failure.getMessage().contains(KEY));
    assertTrue(failure.getMessage().contains("OPENAI_API_KEY"), failure.getMessage());
    assertFalse(new ApiKey("V", KEY).toString().contains(KEY));
  }

  @Test
  void aKeyDoesNotCrossTheNetworkUnencryptedUnlessAllowed() {
    Optional<ApiKey> key = Optional.of(new ApiKey("OPENAI_API_KEY", KEY));

    Usage failure =
        assertThrows(
            Usage.class, () -> open(spec("m"), "http://192.0.2.1/v1", key, Duration.ofSeconds(1)));

    assertTrue(failure.getMessage().contains("`allow-insecure`"));
    RemoteProvider.open(
            new RemoteProvider.Settings(
                spec("m"),
                URI.create("http://192.0.2.1/v1"),
                key,
                new Proxies(Map.of()),
                PlainKeys.ALLOWED,
                Duration.ofSeconds(1),
                sentence -> {}),
            ProviderCatalog.builtIn().provider("openai"),
            CatalogModel.UNKNOWN,
            Clock.systemUTC())
        .close();
    open(spec("m"), "https://192.0.2.1/v1", key, Duration.ofSeconds(1)).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8080/v1", "ftp://host/v1", "http:///v1", "/v1"})
  void anAddressThatIsNoneIsAUsageError(String baseUrl) {
    assertThrows(
        Usage.class, () -> open(spec("m"), baseUrl, Optional.empty(), Duration.ofSeconds(1)));
  }

  @Test
  void refusesOptionsThatTheModelDoesNotKnow() {
    EmbeddingSpec queries =
        new EmbeddingSpec(
            "openai",
            "",
            "m",
            OptionalInt.empty(),
            Optional.of(InputType.QUERY),
            Oversize.ERROR,
            "");
    EmbeddingSpec shortened =
        new EmbeddingSpec(
            "openai",
            "",
            "text-embedding-ada-002",
            OptionalInt.of(5),
            Optional.empty(),
            Oversize.ERROR,
            "");
    EmbeddingSpec cut =
        new EmbeddingSpec(
            "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.TRUNCATE, "");

    for (EmbeddingSpec spec : List.of(queries, shortened, cut)) {
      assertThrows(
          Usage.class,
          () -> open(spec, "http://127.0.0.1/v1", Optional.empty(), Duration.ofSeconds(1)));
    }
  }

  @Test
  void countsTheTokensOfATextThatMayBeTooLong() {
    try (EmbeddingProvider provider =
        open(
            spec("text-embedding-3-small"),
            "http://127.0.0.1/v1",
            Optional.empty(),
            Duration.ofSeconds(1))) {
      assertEquals(8192, provider.limits().tokensPerText().orElseThrow());
      assertEquals(9000, provider.tokens(" hello".repeat(9000)));
      assertTrue(provider.tokens("hello ".repeat(1000)) <= 8192);
    }
  }

  @Test
  void cutsATextThatIsTooLongWhereAsked() throws Exception {
    answer(okJson(items(item(0, "[1]"))));
    EmbeddingSpec cut =
        new EmbeddingSpec(
            "openai",
            "",
            "text-embedding-3-small",
            OptionalInt.empty(),
            Optional.empty(),
            Oversize.TRUNCATE,
            "");
    try (EmbeddingProvider provider =
        open(cut, SERVER.baseUrl() + "/v1", Optional.empty(), Duration.ofSeconds(10))) {
      provider.embed(List.of(" hello".repeat(9000)));
    }

    SERVER.verify(
        postRequestedFor(urlEqualTo(PATH))
            .withRequestBody(
                equalToJson("{\"input\":[\"" + " hello".repeat(8192) + "\"]}", true, true)));
  }
}
