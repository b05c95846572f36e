package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.testing.OpenAiReplies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The provider {@code vertex} with a model that takes many texts in a call. The replies are from
 * Google's reference of the API, and from threads of those who got them, which are named.
 */
public final class VertexContractTest implements WireContract {
  private static final String ONE_TEXT_A_CALL = "gemini-embedding-001";

  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "vertex";
  }

  @Override
  public String model() {
    return "text-embedding-005";
  }

  @Override
  public String basePath() {
    return "/v1/projects/our-project/locations/us-central1";
  }

  @Override
  public String callPath() {
    return basePath() + "/publishers/google/models/text-embedding-005:predict";
  }

  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("Authorization", "Bearer " + key);
  }

  @Override
  public List<String> textsOf(JsonNode request) {
    return StreamSupport.stream(request.get("instances").spliterator(), false)
        .map(item -> item.get("content").textValue())
        .toList();
  }

  /** Six tokens each, as in the reference's example. */
  @Override
  public String reply(List<Vector> vectors) {
    return vectors.stream()
        .map(
            vector ->
                "{\"embeddings\":{\"statistics\":{\"truncated\":false,\"token_count\":6},\"values\":"
                    + OpenAiReplies.numbers(vector)
                    + "}}")
        .collect(
            Collectors.joining(
                ",", "{\"predictions\":[", "],\"metadata\":{\"billableCharacterCount\":11}}"));
  }

  @Override
  public Optional<String> dimensionsPointer() {
    return Optional.of("/parameters/outputDimensionality");
  }

  @Override
  public Optional<String> inputTypePointer() {
    return Optional.of("/instances/0/task_type");
  }

  @Override
  public String wordFor(InputType type) {
    return switch (type) {
      case QUERY -> "RETRIEVAL_QUERY";
      case DOCUMENT -> "RETRIEVAL_DOCUMENT";
    };
  }

  private static Recorded error(int status, String message, String name, String details) {
    return Recorded.of(
        status,
        """
        {"error": {"code": %d, "message": "%s", "status": "%s", "details": [%s]}}
        """
            .formatted(status, message, name, details));
  }

  /** The message is from googleapis/java-aiplatform#1056. */
  @Override
  public Recorded badKey() {
    return error(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login"
            + " cookie or other valid authentication credential. See"
            + " https://developers.google.com/identity/sign-in/web/devconsole-project.",
        "UNAUTHENTICATED",
        """
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_TYPE_UNSUPPORTED",
         "domain": "googleapis.com", "metadata": {"service": "aiplatform.googleapis.com",
         "method": "google.cloud.aiplatform.v1.PredictionService.Predict"}}
        """);
  }

  /** The reason is one of Google's {@code google.api.ErrorReason}. */
  @Override
  public Optional<Recorded> noMoney() {
    return Optional.of(
        error(
            403,
            "This API method requires billing to be enabled. Please enable billing on project"
                + " #our-project then retry.",
            "PERMISSION_DENIED",
            """
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "BILLING_DISABLED",
             "domain": "googleapis.com", "metadata": {"service": "aiplatform.googleapis.com"}}
            """));
  }

  /** The message is from truefoundry/models#946. */
  @Override
  public Recorded unknownModel() {
    return error(
        404,
        "Publisher Model `projects/our-project/locations/us-central1/publishers/google/models/x` was"
            + " not found or your project does not have access to it. Please ensure you are using a"
            + " valid model version.",
        "NOT_FOUND",
        "");
  }

  /** The message is from genkit-ai/genkit#1127; it names no wait. */
  @Override
  public Recorded rateLimited() {
    return error(
        429,
        "Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with"
            + " base model: textembedding-gecko. Please submit a quota increase request."
            + " https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.",
        "RESOURCE_EXHAUSTED",
        "");
  }

  /** The words are those for a request with too many tokens, with the limit of a text. */
  @Override
  public Recorded tooLong() {
    return error(
        400,
        "Unable to submit request because the input token count is 2502 but the model supports up"
            + " to 2048. Reduce the input token count and try again.",
        "INVALID_ARGUMENT",
        "");
  }

  @Test
  void asksForEachTextInAnInstanceAndForNoTruncation() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x", "y")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x", "y"));
    }

    assertEquals(
        JSON.readTree(
            """
            {"instances": [{"content": "x"}, {"content": "y"}], "parameters": {"autoTruncate": false}}
            """),
        WireContract.sent());
  }

  @Test
  void truncatesWhereTheUserWantsThat() throws Exception {
    EmbeddingSpec cut =
        new EmbeddingSpec(
            name(), "", model(), OptionalInt.empty(), Optional.empty(), Oversize.TRUNCATE, "");
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(cut)) {
      provider.embed(List.of("x"));
    }

    assertTrue(WireContract.sent().at("/parameters/autoTruncate").booleanValue());
  }

  @Test
  void addsTheTokensOfAllTexts() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x", "y", "z")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      Embeddings embeddings = provider.embed(List.of("x", "y", "z"));

      assertEquals(OptionalLong.of(18), embeddings.tokens());
    }
  }

  @Test
  void knowsNoCountWhereOneTextIsNotCounted() throws Exception {
    String whole = reply(vectorsOf(List.of("x", "y")));
    String oneMissing = whole.replaceFirst("\"token_count\":6", "\"token_count\":null");
    WireContract.answer(Recorded.of(200, oneMissing));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(OptionalLong.empty(), provider.embed(List.of("x", "y")).tokens());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"embeddings\":{\"values\":[1,2],\"values\":[3,4]}},{}]",
        "[{},{\"embeddings\":{\"values\":[1,2]}}]",
        "[[1,2],[3,4]]",
        "[{\"embeddings\":[1,2]},{\"embeddings\":[1,2]}]",
        "[{\"embeddings\":{\"values\":[]}},{\"embeddings\":{\"values\":[1,2]}}]",
        "[{\"embeddings\":{\"values\":null}},{\"embeddings\":{\"values\":[1,2]}}]",
      })
  void believesNoItemThatHasNotOneVector(String items) {
    Transient failure =
        failureOf(Transient.class, Recorded.of(200, "{\"predictions\":" + items + "}"));

    assertEquals(Transient.Kind.BAD_REPLY, failure.kind());
  }

  /** The message is from GoogleCloudPlatform/generative-ai#765. */
  @Test
  void aMissingPermissionEndsTheRun() {
    Hopeless failure =
        failureOf(
            Hopeless.class,
            error(
                403,
                "Permission 'aiplatform.endpoints.predict' denied on resource"
                    + " '//aiplatform.googleapis.com/projects/p/locations/us-central1/publishers/google/models/text-embedding-004@default'"
                    + " (or it may not exist).",
                "PERMISSION_DENIED",
                ""));

    assertEquals(Hopeless.Reason.CREDENTIALS, failure.reason());
  }

  @Test
  void theWaitInTheDetailsIsKept() {
    Transient failure =
        failureOf(
            Transient.class,
            error(
                429,
                "Resource exhausted.",
                "RESOURCE_EXHAUSTED",
                "{\"@type\": \"type.googleapis.com/google.rpc.RetryInfo\", \"retryDelay\": \"12s\"}"));

    assertEquals(Optional.of(Duration.ofSeconds(12)), failure.retryAfter());
  }

  /** The message is from vercel/ai#19950. */
  @Test
  void tooManyTextsAreHalved() {
    WireContract.answer(
        error(
            400,
            "Unable to submit request because it has a batchSize value of 100 but the supported range"
                + " is from 1 (inclusive) to 51 (exclusive).",
            "INVALID_ARGUMENT",
            ""));
    try (EmbeddingProvider provider = recorded(spec())) {
      List<String> texts = Collections.nCopies(100, "x");
      assertThrows(Refused.class, () -> provider.embed(texts));

      assertEquals(50, provider.limits().textsPerRequest());
    }
  }

  @Test
  void tooManyTokensMakeSmallerRequests() {
    WireContract.answer(
        error(
            400,
            "Unable to submit request because the input token count is 34708 but the model supports"
                + " up to 20000. Reduce the input token count and try again.",
            "INVALID_ARGUMENT",
            ""));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertThrows(Refused.class, () -> provider.embed(List.of("x".repeat(9000), "y")));

      int most = provider.limits().tokensPerRequest().orElseThrow();
      assertTrue(most < 9001 / 4, "" + most);
    }
  }

  /** The message is from RooCodeInc/Roo-Code#5123; a model that the catalog does not have. */
  @Test
  void aModelThatTakesOneTextSaysSo() {
    WireContract.answer(
        error(
            400,
            "Unable to submit request because it included too many instances. Reduce the number of"
                + " instances and try again. Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings:"
                + " Unable to submit request because batchSize must be 1 but the entered value was 56."
                + " Update the batchSize value and try again.",
            "INVALID_ARGUMENT",
            ""));
    try (EmbeddingProvider provider = recorded(spec())) {
      List<String> texts = Collections.nCopies(56, "x");
      assertThrows(Refused.class, () -> provider.embed(texts));

      assertEquals(1, provider.limits().textsPerRequest());
    }
  }

  @Test
  void eachModelHasItsLimitOfTexts() {
    try (EmbeddingProvider many = recorded(spec());
        EmbeddingProvider one = recorded(of(ONE_TEXT_A_CALL, OptionalInt.empty()))) {
      assertEquals(250, many.limits().textsPerRequest());
      assertEquals(OptionalInt.of(20_000), many.limits().tokensPerRequest());
      assertEquals(1, one.limits().textsPerRequest());
      assertEquals(ProviderLimits.Counted.REQUESTS, one.limits().counts());
    }
  }

  @Test
  void saysHowManyBytesARequestsItemsHave() throws Exception {
    EmbeddingSpec longest = spec(OptionalInt.empty(), Optional.of(InputType.DOCUMENT));
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x", "y", "z")))));
    try (EmbeddingProvider provider = recorded(longest)) {
      List<String> texts = List.of("\"quoted\"", "漢字 🙂", "z");
      provider.embed(texts);
      int estimated = texts.stream().mapToInt(provider::bytes).sum();

      int envelope = "{\"instances\":[],\"parameters\":{\"autoTruncate\":false}}".length();
      int sent = WireContract.sent().toString().getBytes(StandardCharsets.UTF_8).length;
      assertTrue(sent - envelope <= estimated, sent + " sent, " + estimated + " estimated");
    }
  }

  @Test
  void shortenedVectorsOfGeminiAreMadeUnitLengthUnderAKeyThatSaysSo() {
    try (EmbeddingProvider cut = recorded(of(ONE_TEXT_A_CALL, OptionalInt.of(256)));
        EmbeddingProvider whole = recorded(of(ONE_TEXT_A_CALL, OptionalInt.of(3072)));
        EmbeddingProvider other = recorded(spec(OptionalInt.of(256), Optional.empty()))) {
      assertEquals(Normalization.UNIT_LENGTH, cut.normalization());
      assertEquals("unit length", cut.spec().revision());
      assertEquals(Normalization.NONE, whole.normalization());
      assertEquals(Normalization.NONE, other.normalization());
    }
  }

  @Test
  void aModelWithAnotherMethodIsRefusedBeforeACall() {
    Usage failure =
        assertThrows(Usage.class, () -> recorded(of("gemini-embedding-2", OptionalInt.empty())));

    assertTrue(failure.getMessage().contains("gemini-embedding-001"), failure.getMessage());
  }

  private EmbeddingSpec of(String model, OptionalInt dimensions) {
    return new EmbeddingSpec(name(), "", model, dimensions, Optional.empty(), Oversize.ERROR, "");
  }
}
