package dev.embedctl.provider.remote;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider {@code tei}. */
public final class TeiContractTest implements WireContract {
  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "tei";
  }

  @Override
  public String model() {
    return "BAAI/bge-small-en-v1.5";
  }

  @Override
  public String basePath() {
    return "";
  }

  @Override
  public String callPath() {
    return "/embed";
  }

  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("Authorization", "Bearer " + key);
  }

  @Override
  public List<String> textsOf(JsonNode request) {
    return InOrderReplies.strings(request.get("inputs"));
  }

  @Override
  public String reply(List<Vector> vectors) {
    return InOrderReplies.arrays(vectors);
  }

  @Override
  public Optional<String> selfDescription() {
    return Optional.of(info(model(), 32));
  }

  private static String info(String model, int texts) {
    return """
    {"model_id": "%s", "model_sha": "5c38ec7c405ec4b44b94cc5a9bb96e735b38267a",
     "model_dtype": "float16", "model_type": {"embedding": {"pooling": "cls"}},
     "max_concurrent_requests": 512, "max_input_length": 512, "max_batch_tokens": 16384,
     "max_batch_requests": null, "max_client_batch_size": %d, "auto_truncate": true,
     "tokenization_workers": 4, "version": "1.7.2", "sha": null, "docker_label": null}
    """
        .formatted(model, texts);
  }

  @Override
  public Optional<String> dimensionsPointer() {
    return Optional.of("/dimensions");
  }

  @Override
  public Optional<String> inputTypePointer() {
    return Optional.of("/prompt_name");
  }

  @Override
  public String wordFor(InputType type) {
    return switch (type) {
      case QUERY -> "query";
      case DOCUMENT -> "document";
    };
  }

  private static Recorded error(int status, String message, String type) {
    return Recorded.of(status, "{\"error\":\"" + message + "\",\"error_type\":\"" + type + "\"}");
  }

  @Override
  public Recorded badKey() {
    return Recorded.of(401, "");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.empty();
  }

  /** It has one model; this is what one says that is for something else. */
  @Override
  public Recorded unknownModel() {
    return error(424, "Model is not an embedding model", "Backend");
  }

  @Override
  public Recorded rateLimited() {
    return error(429, "Model is overloaded", "Overloaded");
  }

  @Override
  public Recorded tooLong() {
    return error(
        413,
        "Input validation error: `inputs` must have less than 512 tokens. Given: 527",
        "Validation");
  }

  private static void describes(int status, String body) {
    SERVER.stubFor(
        get(urlEqualTo("/info")).willReturn(aResponse().withStatus(status).withBody(body)));
  }

  @Test
  void doesNotLetItCutUnlessToldWhateverItWasStartedWith() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x"));
    }

    assertEquals(
        JSON.readTree(
            """
            {"inputs": ["x"], "truncate": false, "normalize": true}
            """),
        WireContract.sent());
  }

  @Test
  void letsItCutWhereThatIsAskedFor() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    EmbeddingSpec cut =
        new EmbeddingSpec(
            name(), "", model(), OptionalInt.empty(), Optional.empty(), Oversize.TRUNCATE, "");
    try (EmbeddingProvider provider = recorded(cut)) {
      provider.embed(List.of("x"));
    }

    assertTrue(WireContract.sent().get("truncate").booleanValue());
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 32, 128})
  void takesAsManyTextsAsItSaysItselfAndIsAskedOnce(int most) throws Exception {
    describes(200, info(model(), most));
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x"));
      provider.embed(List.of("x"));

      assertEquals(most, provider.limits().textsPerRequest());
      assertEquals(OptionalInt.of(2_000_000), provider.limits().bytesPerRequest());
    }
    SERVER.verify(1, getRequestedFor(anyUrl()));
    SERVER.verify(2, postRequestedFor(anyUrl()));
  }

  @Test
  void anotherModelThanTheOneAskedForEndsTheRunBeforeAnyTextIsSent() {
    describes(200, info("intfloat/multilingual-e5-large", 32));
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("x")));

      assertTrue(
          failure.getMessage().contains("it has the model intfloat/multilingual-e5-large"),
          failure.getMessage());
      assertTrue(failure.getMessage().contains("not " + model()), failure.getMessage());
    }
    SERVER.verify(0, postRequestedFor(anyUrl()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404|",
        "200|<html>",
        "200|{}",
        "200|[]",
        "200|{\"model_id\": null, \"max_client_batch_size\": \"many\"}"
      })
  void oneThatDoesNotDescribeItselfIsTakenAsUsual(int status, String body) throws Exception {
    describes(status, body == null ? "" : body);
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(vectorsOf(List.of("x")), provider.embed(List.of("x")).vectors());
      assertEquals(32, provider.limits().textsPerRequest());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Input validation error: `default-prompt-name` is set to `document` but it was not found in the Sentence Transformers prompts. Available prompts: [\\\"query\\\"]",
        "Input validation error: `default-prompt-name` is set to `query` but no prompts were found in the Sentence Transformers configuration"
      })
  void aModelWithoutThatPromptEndsTheRunAndSaysWhatToDo(String message) {
    Hopeless failure = failureOf(Hopeless.class, error(413, message, "Validation"));

    assertTrue(
        failure.getMessage().contains("no prompt for this input type"), failure.getMessage());
  }

  @Test
  void aBatchThatIsTooLongSaysHowLongItMayBe() {
    WireContract.answer(error(422, "batch size 30 > maximum allowed batch size 16", "Validation"));
    try (EmbeddingProvider provider = recorded(spec())) {
      List<String> texts = Collections.nCopies(30, "x");
      assertThrows(Refused.class, () -> provider.embed(texts));

      assertEquals(16, provider.limits().textsPerRequest());
    }
  }

  @Test
  void aBodyThatIsTooLargeIsMadeSmaller() {
    WireContract.answer(
        Recorded.of(413, "Failed to buffer the request body: length limit exceeded"));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertThrows(Refused.class, () -> provider.embed(List.of("x".repeat(9000), "y")));

      assertTrue(provider.limits().bytesPerRequest().orElseThrow() < 9000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "424,Backend,SERVER_ERROR",
    "429,Overloaded,RATE_LIMITED",
    "503,Unhealthy,OVERLOADED"
  })
  void whatItMayGetOverIsTriedAgain(int status, String type, Kind kind) {
    assertEquals(kind, failureOf(Transient.class, error(status, "unhealthy", type)).kind());
  }
}
