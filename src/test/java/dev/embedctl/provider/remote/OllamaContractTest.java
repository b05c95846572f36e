package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.time.Duration;
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

/** The provider {@code ollama}. */
public final class OllamaContractTest implements WireContract {
  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "ollama";
  }

  @Override
  public String model() {
    return "nomic-embed-text";
  }

  @Override
  public String basePath() {
    return "";
  }

  @Override
  public String callPath() {
    return "/api/embed";
  }

  /** A proxy before it may want one. */
  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("Authorization", "Bearer " + key);
  }

  @Override
  public List<String> textsOf(JsonNode request) {
    return InOrderReplies.strings(request.get("input"));
  }

  @Override
  public String reply(List<Vector> vectors) {
    return "{\"model\":\"nomic-embed-text\",\"embeddings\":"
        + InOrderReplies.arrays(vectors)
        + ",\"total_duration\":14143917,\"load_duration\":1019500,\"prompt_eval_count\":7}";
  }

  @Override
  public Optional<String> dimensionsPointer() {
    return Optional.of("/dimensions");
  }

  @Override
  public Optional<String> inputTypePointer() {
    return Optional.empty();
  }

  @Override
  public String wordFor(InputType type) {
    throw new AssertionError("it has no word for it");
  }

  private static Recorded error(int status, String message) {
    return Recorded.of(status, "{\"error\":\"" + message + "\"}");
  }

  @Override
  public Recorded badKey() {
    return error(401, "unauthorized");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.empty();
  }

  @Override
  public Recorded unknownModel() {
    return error(404, "model \\\"nomic-embed-text\\\" not found, try pulling it first");
  }

  @Override
  public Recorded rateLimited() {
    return error(429, "too many concurrent requests");
  }

  @Override
  public Recorded tooLong() {
    return error(400, "the input length exceeds the context length");
  }

  @Test
  void neverLetsItCutSilentlyUnlessTold() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(OptionalLong.of(7), provider.embed(List.of("x")).tokens());
    }

    assertEquals(
        JSON.readTree(
            """
            {"model": "nomic-embed-text", "input": ["x"], "truncate": false}
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
  @ValueSource(
      strings = {
        "model \\\"bge-m3:567m\\\" not found, try pulling it first",
        "model 'bge-m3:567m' not found",
        "model bge-m3:567m not found"
      })
  void saysWhatGetsAModelThatIsMissing(String message) {
    Hopeless failure = failureOf(Hopeless.class, error(404, message));

    assertTrue(
        failure.getMessage().contains("run `ollama pull bge-m3:567m`"), failure.getMessage());
  }

  @Test
  void anAddressThatIsNotItsOwnIsNoMissingModel() {
    Hopeless failure = failureOf(Hopeless.class, Recorded.of(404, "404 page not found"));

    assertFalse(failure.getMessage().contains("pull"), failure.getMessage());
  }

  @Test
  void anInputTypeIsThePrefixOfTheModel() {
    try (EmbeddingProvider provider =
        recorded(spec(OptionalInt.empty(), Optional.of(InputType.QUERY)))) {
      assertEquals("search_query: ", provider.prefix());
      assertEquals("prefix search_query: ", provider.spec().revision());
    }
  }

  @Test
  void aVectorThatIsNoNumberIsABadReplySoThatItsTextIsFoundAndItsNeighboursAreKept() {
    Transient failure =
        failureOf(
            Transient.class, error(500, "failed to encode response: json: unsupported value: NaN"));

    assertEquals(Kind.BAD_REPLY, failure.kind());
  }

  @Test
  void aTextThatIsTooLongIsRefusedThoughOlderOnesCallItTheirOwnFault() {
    failureOf(Refused.class, error(500, "the input length exceeds the context length"));
  }

  @ParameterizedTest
  @CsvSource({
    "500,llm server loading model,LOADING,PT1S",
    "503,model is loading,LOADING,PT1S",
    "500,model is currently loading,LOADING,PT1S",
    "503,'server busy, please try again. maximum pending requests exceeded',OVERLOADED,",
    "500,llama runner process has terminated,SERVER_ERROR,"
  })
  void waitsForAModelThatIsLoadingAndForAServerThatIsBusy(
      int status, String message, Kind kind, Duration wait) {
    Transient failure = failureOf(Transient.class, error(status, message));

    assertEquals(kind, failure.kind());
    assertEquals(Optional.ofNullable(wait), failure.retryAfter());
  }

  @ParameterizedTest
  @CsvSource({
    "500,model requires more system memory (5.6 GiB) than is available (3.1 GiB)",
    "400,'\"llama3.2\" does not support embeddings'",
    "501,this model does not support embeddings"
  })
  void whatEveryRequestWouldGetEndsTheRun(int status, String message) {
    failureOf(Hopeless.class, error(status, message.replace("\"", "\\\"")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[[],[]]", "[]", "null", "[[1,2],[]]", "[[null],[1]]"})
  void believesNoEmptyVectors(String embeddings) {
    Transient failure =
        failureOf(Transient.class, Recorded.of(200, "{\"embeddings\":" + embeddings + "}"));

    assertEquals(Kind.BAD_REPLY, failure.kind());
  }
}
