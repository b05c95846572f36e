package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
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
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider {@code gemini}. */
public final class GeminiContractTest implements WireContract {
  private static final String TOLD_BY_PREFIX = "gemini-embedding-2";

  private static final String CURRENT_QUOTA =
      "You exceeded your current quota, please check your plan and billing details.";

  private static final String A_DAYS =
      "EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier";

  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public String model() {
    return "gemini-embedding-001";
  }

  @Override
  public String basePath() {
    return "/v1beta";
  }

  @Override
  public String callPath() {
    return "/v1beta/models/gemini-embedding-001:batchEmbedContents";
  }

  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("x-goog-api-key", key);
  }

  @Override
  public List<String> textsOf(JsonNode request) {
    return StreamSupport.stream(request.get("requests").spliterator(), false)
        .map(item -> item.at("/content/parts/0/text").textValue())
        .toList();
  }

  @Override
  public String reply(List<Vector> vectors) {
    return vectors.stream()
        .map(vector -> "{\"values\":" + OpenAiReplies.numbers(vector) + "}")
        .collect(Collectors.joining(",", "{\"embeddings\":[", "]}"));
  }

  @Override
  public Optional<String> dimensionsPointer() {
    return Optional.of("/requests/0/outputDimensionality");
  }

  @Override
  public Optional<String> inputTypePointer() {
    return Optional.of("/requests/0/taskType");
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

  private static Recorded exhausted(String message, String quotaId, String delay) {
    return error(
        429,
        message,
        "RESOURCE_EXHAUSTED",
        """
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [
          {"quotaMetric": "generativelanguage.googleapis.com/embed_content_free_tier_requests",
           "quotaId": "%s", "quotaDimensions": {"model": "gemini-embedding-1.0"}, "quotaValue": "100"}]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "%s"}
        """
            .formatted(quotaId, delay));
  }

  @Override
  public Recorded badKey() {
    return error(
        400,
        "API key not valid. Please pass a valid API key.",
        "INVALID_ARGUMENT",
        """
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
         "domain": "googleapis.com", "metadata": {"service": "generativelanguage.googleapis.com"}}
        """);
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.of(exhausted(CURRENT_QUOTA, A_DAYS, "37s"));
  }

  @Override
  public Recorded unknownModel() {
    return error(
        404,
        "models/gemini-x is not found for API version v1beta, or is not supported for embedContent.",
        "NOT_FOUND",
        "");
  }

  @Override
  public Recorded rateLimited() {
    return exhausted(
            CURRENT_QUOTA, "EmbedContentRequestsPerMinutePerUserPerProjectPerModel-FreeTier", "37s")
        .asking(Duration.ofSeconds(37));
  }

  @Override
  public Recorded tooLong() {
    return error(
        400,
        "The input token count (9001) exceeds the maximum number of tokens allowed (8192).",
        "INVALID_ARGUMENT",
        "");
  }

  @Test
  void asksForEachTextInAnItemOfItsOwn() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x", "y")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x", "y"));
    }

    assertEquals(
        JSON.readTree(
            """
            {"requests": [
              {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "x"}]}},
              {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "y"}]}}]}
            """),
        WireContract.sent());
  }

  @ParameterizedTest
  @EnumSource(InputType.class)
  void theNewerModelIsToldByAPrefixWhatTextsAreForUnderAKeyThatSaysSo(InputType type)
      throws Exception {
    String prefix =
        switch (type) {
          case QUERY -> "task: search result | query: ";
          case DOCUMENT -> "title: none | text: ";
        };
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(newer(OptionalInt.empty(), Optional.of(type)))) {
      provider.embed(List.of("x"));

      assertEquals(prefix, provider.spec().revision());
    }
    assertEquals(List.of(prefix + "x"), textsOf(WireContract.sent()));
    assertTrue(WireContract.sent().at("/requests/0/taskType").isMissingNode());
  }

  @Test
  void aDaysQuotaIsNotWaitedForWhateverWaitIsNamedAndAMinutesBesideIt() {
    String both =
        exhausted(CURRENT_QUOTA, A_DAYS, "37s")
            .body()
            .replace(
                "\"violations\": [",
                "\"violations\": [{\"quotaId\": \"EmbedContentTokensPerMinutePerProject\"},");

    Hopeless failure = failureOf(Hopeless.class, Recorded.of(429, both).with("Retry-After", "37"));

    assertTrue(failure.getMessage().contains("quota is exhausted"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* Quota exceeded for metric: generativelanguage.googleapis.com/embed_content_free_tier_requests, limit: 0, model: x",
        "Your prepayment credits are depleted."
      })
  void aQuotaThatIsNothingIsNotWaitedFor(String message) {
    failureOf(Hopeless.class, error(429, message, "RESOURCE_EXHAUSTED", ""));
  }

  @Test
  void aLimitOfTenOrMoreIsNoLimitOfNothing() {
    failureOf(
        Transient.class,
        error(429, "Quota exceeded for metric: m, limit: 100, model: x", "RESOURCE_EXHAUSTED", ""));
  }

  @Test
  void theMessageSaysHowLongToWaitWhereTheDetailsDoNot() {
    Transient failure =
        failureOf(
            Transient.class,
            error(429, "Please retry in 58.821668433s.", "RESOURCE_EXHAUSTED", ""));

    assertEquals(Optional.of(Duration.ofNanos(58_821_668_433L)), failure.retryAfter());
  }

  @Test
  void detailsThatBreakOffStillTellADaysQuotaFromAMinutes() {
    String whole = exhausted(CURRENT_QUOTA, A_DAYS, "37s").body();
    int end = whole.indexOf(A_DAYS) + A_DAYS.length() + 1;

    failureOf(Hopeless.class, Recorded.of(429, whole.substring(0, end)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User location is not supported for the API use.",
        "* BatchEmbedContentsRequest.requests[0].output_dimensionality: must be at most 3072",
        "* BatchEmbedContentsRequest.model: unexpected model name format"
      })
  void whatEveryRequestWouldGetEndsTheRun(String message) {
    failureOf(Hopeless.class, error(400, message, "INVALID_ARGUMENT", ""));
  }

  @Test
  void aTextThatItWillNotHaveIsRefusedAlone() {
    failureOf(
        Refused.class, error(400, "* EmbedContentRequest.content: empty", "INVALID_ARGUMENT", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"values\":[1,2],\"values\":[3,4]},{}]",
        "[{},{\"values\":[1,2],\"values\":[3,4]}]",
        "[[1,2],[3,4]]",
        "[{\"values\":[]},{\"values\":[1,2]}]",
        "[{\"values\":null},{\"values\":[1,2]}]"
      })
  void believesNoItemThatHasNotOneVector(String items) {
    Transient failure =
        failureOf(Transient.class, Recorded.of(200, "{\"embeddings\":" + items + "}"));

    assertEquals(Transient.Kind.BAD_REPLY, failure.kind());
  }

  @Test
  void aBatchThatIsTooLongSaysHowLongItMayBe() {
    WireContract.answer(
        error(
            400,
            "* BatchEmbedContentsRequest.requests: at most 90 requests can be in one batch",
            "INVALID_ARGUMENT",
            ""));
    try (EmbeddingProvider provider = recorded(spec())) {
      List<String> texts = Collections.nCopies(100, "x");
      assertThrows(Refused.class, () -> provider.embed(texts));

      assertEquals(90, provider.limits().textsPerRequest());
    }
  }

  @Test
  void aBodyThatIsTooLargeIsMadeSmaller() {
    WireContract.answer(
        error(
            400, "Request payload size exceeds the limit: 4194304 bytes.", "INVALID_ARGUMENT", ""));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertThrows(Refused.class, () -> provider.embed(List.of("x".repeat(9000), "y")));

      assertTrue(provider.limits().bytesPerRequest().orElseThrow() < 9000);
    }
  }

  @Test
  void countsTextsAndSaysHowManyBytesARequestsItemsHave() throws Exception {
    EmbeddingSpec longest = spec(OptionalInt.of(DIMENSIONS), Optional.of(InputType.DOCUMENT));
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x", "y", "z")))));
    try (EmbeddingProvider provider = recorded(longest)) {
      List<String> texts = List.of("\"quoted\"", "漢字 🙂", "z");
      provider.embed(texts);
      int estimated = texts.stream().mapToInt(provider::bytes).sum();

      int envelope = "{\"requests\":[]}".length();
      int sent = WireContract.sent().toString().getBytes(StandardCharsets.UTF_8).length;
      assertTrue(sent - envelope <= estimated, sent + " sent, " + estimated + " estimated");
      assertEquals(ProviderLimits.Counted.TEXTS, provider.limits().counts());
      assertEquals(OptionalInt.of(4_000_000), provider.limits().bytesPerRequest());
    }
  }

  @Test
  void shortenedVectorsAreMadeUnitLengthUnderAKeyThatSaysSo() throws Exception {
    List<Vector> given = vectorsOf(List.of("one", "two"));
    EmbeddingSpec shortened = spec(OptionalInt.of(DIMENSIONS), Optional.empty());
    WireContract.answer(Recorded.of(200, reply(given)));
    try (EmbeddingProvider provider = recorded(shortened)) {
      List<Vector> vectors = provider.embed(List.of("one", "two")).vectors();

      assertEquals(given.stream().map(Vector::ofUnitLength).toList(), vectors);
      assertEquals(1, length(vectors.get(0)), 1e-6);
      assertNotEquals(
          new CacheKeys(shortened).keyOf("one"), new CacheKeys(provider.spec()).keyOf("one"));
    }
  }

  private static double length(Vector vector) {
    double squares = 0;
    for (float value : vector.toArray()) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  @Test
  void vectorsThatHaveUnitLengthAnywayAreLeftAsTheyAre() {
    try (EmbeddingProvider whole = recorded(spec());
        EmbeddingProvider asked = recorded(spec(OptionalInt.of(3072), Optional.empty()));
        EmbeddingProvider newer = recorded(newer(OptionalInt.of(DIMENSIONS), Optional.empty()))) {
      for (EmbeddingProvider provider : List.of(whole, asked, newer)) {
        assertEquals(Normalization.NONE, provider.normalization());
        assertEquals("", provider.spec().revision());
      }
    }
  }

  private static EmbeddingSpec newer(OptionalInt dimensions, Optional<InputType> inputType) {
    return new EmbeddingSpec(
        "gemini", "", TOLD_BY_PREFIX, dimensions, inputType, Oversize.ERROR, "");
  }
}
