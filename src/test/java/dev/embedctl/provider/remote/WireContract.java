package dev.embedctl.provider.remote;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingProviderContract;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every API on the network keeps to, over real sockets: against recorded replies, and against
 * a server on loopback that speaks its wire.
 */
@Timeout(60)
public interface WireContract extends WireApi, EmbeddingProviderContract {
  int DIMENSIONS = 16;
  String KEY = "sk-very-secret";
  String KEY_VARIABLE = "SOME_KEY";
  Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension
  WireMockExtension SERVER =
      WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

  default EmbeddingSpec spec(OptionalInt dimensions, Optional<InputType> inputType) {
    return new EmbeddingSpec(name(), "", model(), dimensions, inputType, Oversize.ERROR, "");
  }

  default EmbeddingSpec spec() {
    return spec(OptionalInt.empty(), inputTypeItNeeds());
  }

  default EmbeddingProvider open(EmbeddingSpec spec, String baseUrl) {
    ProviderCatalog catalog = ProviderCatalog.builtIn();
    return RemoteProvider.open(
        new RemoteProvider.Settings(
            spec,
            URI.create(baseUrl),
            Optional.of(new ApiKey(KEY_VARIABLE, KEY)),
            new Proxies(Map.of()),
            PlainKeys.REFUSED,
            Duration.ofSeconds(20),
            sentence -> {}),
        catalog.provider(name()),
        catalog.model(name(), spec.model()),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  /** A provider whose server answers with what was stubbed. */
  default EmbeddingProvider recorded(EmbeddingSpec spec) {
    return open(spec, SERVER.baseUrl() + basePath());
  }

  @Override
  default EmbeddingProvider provider() {
    return open(spec(), loopback().baseUrl());
  }

  static void answer(Recorded recorded) {
    ResponseDefinitionBuilder response =
        aResponse().withStatus(recorded.status()).withBody(recorded.body());
    recorded.headers().forEach(response::withHeader);
    SERVER.stubFor(post(anyUrl()).willReturn(response));
  }

  default <E extends ProviderException> E failureOf(Class<E> type, Recorded recorded) {
    answer(recorded);
    try (EmbeddingProvider provider = recorded(spec())) {
      return assertThrows(type, () -> provider.embed(inOneCall("one", "two")));
    }
  }

  /** The one request that was sent, as JSON. */
  static JsonNode sent() throws IOException {
    List<LoggedRequest> requests = SERVER.findAll(postRequestedFor(anyUrl()));
    assertEquals(1, requests.size());
    return JSON.readTree(requests.get(0).getBody());
  }

  /** Those that the catalog knows of the model: others would not be believed. */
  default int dimensions() {
    return ProviderCatalog.builtIn().provider(name()).dimensions(model()).orElse(DIMENSIONS);
  }

  /** As many of these texts as go into one call. */
  default List<String> inOneCall(String... texts) {
    ProviderCatalog catalog = ProviderCatalog.builtIn();
    int most = catalog.provider(name()).limits(catalog.model(name(), model())).textsPerRequest();
    return List.of(texts).subList(0, Math.min(texts.length, most));
  }

  default List<Vector> vectorsOf(List<String> texts) {
    return texts.stream().map(text -> Vectors.of(text, DIMENSIONS)).toList();
  }

  @Test
  default void sendsTextsAsTheyStandAndTheKeyInItsHeader() throws Exception {
    List<String> texts = inOneCall(" \"quoted\" 漢字\n", "漢字 🙂");
    answer(Recorded.of(200, reply(vectorsOf(texts))));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(vectorsOf(texts), provider.embed(texts).vectors());
    }

    assertEquals(texts, textsOf(sent()));
    LoggedRequest request = SERVER.findAll(postRequestedFor(urlEqualTo(callPath()))).get(0);
    assertEquals(keyHeader(KEY).getValue(), request.getHeader(keyHeader(KEY).getKey()));
    assertFalse(request.getUrl().contains(KEY));
    assertFalse(request.getBodyAsString().contains(KEY));
  }

  @Test
  default void asksForDimensionsWhereTheyWereGiven() throws Exception {
    EmbeddingSpec shortened = spec(OptionalInt.of(DIMENSIONS), inputTypeItNeeds());
    if (dimensionsPointer().isEmpty()) {
      assertThrows(Usage.class, () -> recorded(shortened));
      return;
    }
    answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(shortened)) {
      provider.embed(List.of("x"));
    }
    assertEquals(DIMENSIONS, sent().at(dimensionsPointer().get()).intValue());
  }

  @Test
  default void saysNothingOfDimensionsAndInputTypesThatWereNotGiven() throws Exception {
    answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x"));
    }
    dimensionsPointer().ifPresent(at -> assertTrue(sentAt(at).isMissingNode()));
  }

  private static JsonNode sentAt(String pointer) {
    try {
      return sent().at(pointer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A model that no prefix is known for. */
  default String modelOfUnknownPrefix() {
    return "m";
  }

  @ParameterizedTest
  @EnumSource(InputType.class)
  default void saysWhatTextsAreForInItsOwnWord(InputType type) throws Exception {
    EmbeddingSpec typed = spec(OptionalInt.empty(), Optional.of(type));
    if (inputTypePointer().isEmpty()) {
      EmbeddingSpec ofUnknownPrefix =
          new EmbeddingSpec(
              name(),
              "",
              modelOfUnknownPrefix(),
              OptionalInt.empty(),
              Optional.of(type),
              Oversize.ERROR,
              "");
      Usage failure = assertThrows(Usage.class, () -> recorded(ofUnknownPrefix));
      assertTrue(failure.getMessage().startsWith("`input-type`: " + name()), failure.getMessage());
      return;
    }
    answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(typed)) {
      provider.embed(List.of("x"));
    }
    assertEquals(wordFor(type), sent().at(inputTypePointer().get()).textValue());
  }

  @Test
  default void aKeyThatIsRefusedIsHopelessAndIsNotRepeated() {
    Hopeless failure = failureOf(Hopeless.class, badKey());

    assertFalse(failure.getMessage().contains(KEY), failure.getMessage());
    assertTrue(failure.getMessage().contains(KEY_VARIABLE), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
  }

  @Test
  default void noMoneyIsHopelessHoweverItIsSaid() {
    noMoney()
        .map(recorded -> failureOf(Hopeless.class, recorded).getMessage())
        .ifPresent(
            message ->
                assertTrue(
                    message.contains("cannot pay") || message.contains("quota is exhausted"),
                    message));
  }

  @Test
  default void anUnknownModelIsHopeless() {
    failureOf(Hopeless.class, unknownModel());
  }

  @Test
  default void aRateLimitIsWaitedForAsLongAsItAsks() {
    Transient failure = failureOf(Transient.class, rateLimited());

    assertEquals(Kind.RATE_LIMITED, failure.kind());
    assertEquals(rateLimited().pause(), failure.retryAfter());
  }

  @Test
  default void retryAfterGoesBeforeWhatAMessageSays() {
    Transient failure =
        failureOf(Transient.class, Recorded.of(429, rateLimited().body()).with("Retry-After", "7"));

    assertEquals(Optional.of(Duration.ofSeconds(7)), failure.retryAfter());
  }

  @Test
  default void aTextThatIsTooLongIsRefused() {
    failureOf(Refused.class, tooLong());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 502, 503, 504, 529})
  default void whatMayHealIsTransient(int status) {
    failureOf(Transient.class, Recorded.of(status, "<html>\n oops </html>"));
  }

  @Test
  default void believesNoReplyThatIsNotWhole() {
    String whole = reply(vectorsOf(inOneCall("one", "two")));
    List<String> replies =
        new ArrayList<>(
            List.of("", "null", "[]", "{}", "<html>", whole.substring(0, whole.length() / 2)));
    if (inOneCall("one", "two").size() > 1) {
      replies.add(reply(vectorsOf(List.of("one"))));
      replies.add(reply(vectorsOf(List.of("one", "two", "one"))));
    }
    for (String reply : replies) {
      Transient failure = failureOf(Transient.class, Recorded.of(200, reply));
      assertEquals(Kind.BAD_REPLY, failure.kind(), reply);
    }
  }

  @Test
  default void tellsWhatItsHeadersSayIsLeft() throws Exception {
    Recorded good = Recorded.of(200, reply(vectorsOf(List.of("x"))));
    for (Map.Entry<String, String> header : quotaHeaders().entrySet()) {
      good = good.with(header.getKey(), header.getValue());
    }
    answer(good);
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(quota(), provider.embed(List.of("x")).quota());
    }
  }
}
