package dev.embedctl.provider.remote.api;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.remote.Belief;
import dev.embedctl.provider.remote.FailureMessages;
import dev.embedctl.provider.remote.HttpCalls;
import dev.embedctl.provider.remote.HttpProvider;
import dev.embedctl.provider.remote.KeyAuthorization;
import dev.embedctl.provider.tls.Certificates;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that says what it is, before the first call and never again. */
final class SelfDescriptionTest {
  @RegisterExtension
  private static final WireMockExtension SERVER =
      WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

  private final List<String> learned = new ArrayList<>();

  /** Says how many texts it takes, or {@code other} where it has another model. */
  private static final class Says implements SelfDescription {
    @Override
    public String path() {
      return "/info";
    }

    @Override
    public ProviderLimits limits(
        EmbeddingSpec spec, Set<String> allowed, ProviderLimits limits, byte[] body)
        throws Hopeless, IOException {
      String said = new String(body, StandardCharsets.UTF_8);
      if (said.equals("other")) {
        throw new Hopeless(Hopeless.Reason.MODEL, "it has another model");
      }
      try {
        return limits.withTextsAtMost(Integer.parseInt(said));
      } catch (NumberFormatException e) {
        throw new IOException("no number", e);
      }
    }
  }

  /** OpenAI's wire, but for what a server says of itself. */
  private static WireFormat format() {
    WireFormat openAi = OpenAi.format(Clock.systemUTC());
    return (WireFormat)
        Proxy.newProxyInstance(
            WireFormat.class.getClassLoader(),
            new Class<?>[] {WireFormat.class},
            (self, method, arguments) ->
                method.getName().equals("selfDescription")
                    ? Optional.of(new Says())
                    : method.invoke(openAi, arguments));
  }

  private EmbeddingProvider provider() {
    FailureMessages told =
        new FailureMessages(
            "openai", "localhost", KeyAuthorization.none(), Optional.empty(), Optional.empty());
    return new HttpProvider(
        new HttpCalls(
            HttpClient::newHttpClient,
            KeyAuthorization.none(),
            Optional.empty(),
            Optional.empty(),
            Certificates.of(Map.of()),
            told,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10)),
        format(),
        new EmbeddingSpec(
            "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, ""),
        "",
        Normalization.NONE,
        new Belief.Expectations(OptionalInt.empty(), false, true, Set.of()),
        new ProviderLimits(100, OptionalInt.empty(), OptionalInt.empty()),
        Optional.empty(),
        URI.create(SERVER.baseUrl()),
        Optional.empty(),
        Optional.empty(),
        told,
        learned::add);
  }

  @BeforeEach
  void answer() {
    SERVER.stubFor(
        post("/embeddings")
            .willReturn(okJson(OpenAiReplies.of(List.of(Vectors.of("x", 4)), Form.BASE64))));
  }

  private static void describe(String said) {
    SERVER.stubFor(get("/info").willReturn(aResponse().withBody(said)));
  }

  private static void assertCalls(int descriptions, int calls) {
    SERVER.verify(descriptions, getRequestedFor(urlEqualTo("/info")));
    SERVER.verify(calls, postRequestedFor(urlEqualTo("/embeddings")));
  }

  @Test
  void isAskedForOnceAndNarrowsWhatARequestMayHold() throws Exception {
    describe("3");
    try (EmbeddingProvider provider = provider()) {
      assertEquals(100, provider.limits().textsPerRequest());
      provider.embed(List.of("x"));
      provider.embed(List.of("x"));

      assertEquals(3, provider.limits().textsPerRequest());
    }
    assertCalls(1, 2);
    assertEquals(
        List.of(
            "openai at localhost: according to its own description, it takes 3 texts in one request from now on"
                + " in this run"),
        learned);
  }

  @Test
  void aRequestThatIsTooLargeByItIsNotSent() {
    describe("3");
    try (EmbeddingProvider provider = provider()) {
      assertThrows(Refused.class, () -> provider.embed(List.of("a", "b", "c", "d")));
    }
    assertCalls(1, 0);
  }

  @Test
  void anotherModelIsHopelessBeforeAnythingIsSent() {
    describe("other");
    try (EmbeddingProvider provider = provider()) {
      assertThrows(Hopeless.class, () -> provider.embed(List.of("x")));
    }
    assertCalls(1, 0);
  }

  @Test
  void oneThatIsNotThereOrCannotBeReadIsDoneWithout() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      provider.embed(List.of("x"));
    }
    describe("?");
    try (EmbeddingProvider provider = provider()) {
      provider.embed(List.of("x"));
    }
    assertCalls(2, 2);
    assertEquals(1, learned.size());
    assertTrue(learned.get(0).contains("its own description cannot be read"), learned.get(0));
  }
}
