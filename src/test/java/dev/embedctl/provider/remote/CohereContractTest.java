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
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ProviderLimits;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider {@code cohere}. */
public final class CohereContractTest implements WireContract {
  private static final String TRIAL =
      "You are using a Trial key, which is limited to %s. You can continue to use the Trial key for"
          + " free or upgrade to a Production key with higher rate limits at"
          + " 'https://dashboard.cohere.com/api-keys'.";

  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "cohere";
  }

  @Override
  public String model() {
    return "embed-v4.0";
  }

  @Override
  public String basePath() {
    return "/v2";
  }

  @Override
  public String callPath() {
    return "/v2/embed";
  }

  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("Authorization", "Bearer " + key);
  }

  @Override
  public List<String> textsOf(JsonNode request) {
    return InOrderReplies.strings(request.get("texts"));
  }

  @Override
  public String reply(List<Vector> vectors) {
    return """
    {"id": "3198467e-399f-4d4a-aa2c-58af93bd6dc4", "embeddings": {"float": %s}, "texts": ["…"],
     "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 7}, "tokens": {}},
     "response_type": "embeddings_by_type"}
    """
        .formatted(InOrderReplies.arrays(vectors));
  }

  @Override
  public Optional<String> dimensionsPointer() {
    return Optional.of("/output_dimension");
  }

  @Override
  public Optional<InputType> inputTypeItNeeds() {
    return Optional.of(InputType.DOCUMENT);
  }

  @Override
  public Optional<String> inputTypePointer() {
    return Optional.of("/input_type");
  }

  @Override
  public String wordFor(InputType type) {
    return switch (type) {
      case QUERY -> "search_query";
      case DOCUMENT -> "search_document";
    };
  }

  private static Recorded error(int status, String message) {
    return Recorded.of(status, "{\"id\":\"f1a2\",\"message\":\"" + message + "\"}");
  }

  @Override
  public Recorded badKey() {
    return error(401, "invalid api token");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.of(
        error(
            402, "Please add or update your payment method to continue: your balance is used up"));
  }

  @Override
  public Recorded unknownModel() {
    return error(
        404,
        "model 'embed-x' not found, make sure the correct model ID was used and that you have access to the model.");
  }

  @Override
  public Recorded rateLimited() {
    return error(429, TRIAL.formatted("100 API calls / minute"))
        .with("x-ratelimit-reset", "" + (NOW.getEpochSecond() + 37))
        .asking(Duration.ofSeconds(37));
  }

  @Override
  public Recorded tooLong() {
    return error(
        400,
        "too many tokens: total number of tokens in the prompt cannot exceed 512 - received 1027. Try using a shorter prompt, or enable prompt truncating.");
  }

  @Test
  void asksForNumbersAndNeverCutsUnlessTold() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(OptionalLong.of(7), provider.embed(List.of("x")).tokens());
    }

    assertEquals(
        JSON.readTree(
            """
            {"model": "embed-v4.0", "input_type": "search_document", "texts": ["x"],
             "embedding_types": ["float"], "truncate": "NONE"}
            """),
        WireContract.sent());
  }

  @Test
  void letsTheProviderCutTheEndWhereThatIsAskedFor() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    EmbeddingSpec cut =
        new EmbeddingSpec(
            name(), "", model(), OptionalInt.empty(), inputTypeItNeeds(), Oversize.TRUNCATE, "");
    try (EmbeddingProvider provider = recorded(cut)) {
      provider.embed(List.of("x"));
    }

    assertEquals("END", WireContract.sent().get("truncate").textValue());
  }

  @Test
  void doesNotGuessWhatTextsAreFor() {
    Usage failure =
        assertThrows(Usage.class, () -> recorded(spec(OptionalInt.empty(), Optional.empty())));

    assertTrue(
        failure.getMessage().contains("document for texts to search in"), failure.getMessage());
    assertTrue(failure.getMessage().contains("query"), failure.getMessage());
  }

  @Test
  void aMonthsTrialIsNotWaitedForThoughAMinutesIsSaidAlike() {
    Hopeless failure =
        failureOf(
            Hopeless.class,
            error(429, TRIAL.formatted("1000 API calls / month"))
                .with("x-ratelimit-reset", "" + (NOW.getEpochSecond() + 37)));

    assertTrue(failure.getMessage().contains("quota is exhausted"), failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "retry-after-ms,1500,PT1.5S",
    "Retry-After,12,PT12S",
    "X-RateLimit-Reset,1767323103,PT58S"
  })
  void readsEachOfItsHeadersThatAskToWait(String header, String value, Duration wait) {
    Transient failure =
        failureOf(
            Transient.class, error(429, "Please wait and try again later").with(header, value));

    assertEquals(Optional.of(wait), failure.retryAfter());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1767323044", "soon", "-5", "99999999999999999999", ""})
  void aResetThatIsPastOrNoSecondAsksForNothing(String reset) {
    Transient failure =
        failureOf(
            Transient.class,
            error(429, "Please wait and try again later").with("x-ratelimit-reset", reset));

    assertEquals(Optional.empty(), failure.retryAfter());
  }

  @Test
  void aCallThatItCancelledIsTriedAgain() {
    assertEquals(
        Kind.SERVER_ERROR, failureOf(Transient.class, error(499, "request cancelled")).kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "invalid output_dimension: 300, must be one of 256, 512, 1024, 1536",
        "valid input_type must be provided with the provided model"
      })
  void whatEveryRequestWouldGetEndsTheRun(String message) {
    failureOf(Hopeless.class, error(400, message));
  }

  @Test
  void anEmptyTextIsRefusedAlone() {
    failureOf(Refused.class, error(400, "invalid request: empty string at index 0"));
  }

  @Test
  void aListThatIsTooLongSaysHowLongItMayBe() {
    WireContract.answer(
        error(400, "invalid request: total number of texts must be at most 90 - received 96."));
    try (EmbeddingProvider provider = recorded(spec())) {
      List<String> texts = Collections.nCopies(96, "x");
      assertThrows(Refused.class, () -> provider.embed(texts));

      assertEquals(90, provider.limits().textsPerRequest());
      assertEquals(ProviderLimits.Counted.TEXTS, provider.limits().counts());
    }
  }

  @Test
  void believesNoVectorsOfAnotherType() {
    String bytes = reply(vectorsOf(List.of("one", "two"))).replace("\"float\"", "\"int8\"");

    assertEquals(Kind.BAD_REPLY, failureOf(Transient.class, Recorded.of(200, bytes)).kind());
  }
}
