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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cohere's models on the provider {@code bedrock}, with a key of Bedrock. */
public final class CohereOnBedrockContractTest implements WireContract {
  private static final String VERSION_3 = "cohere.embed-multilingual-v3";

  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "bedrock";
  }

  @Override
  public String model() {
    return "us.cohere.embed-v4:0";
  }

  @Override
  public String basePath() {
    return "";
  }

  @Override
  public String callPath() {
    return "/model/us.cohere.embed-v4%3A0/invoke";
  }

  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("Authorization", "Bearer " + key);
  }

  @Override
  public List<String> textsOf(JsonNode request) {
    return InOrderReplies.strings(request.get("texts"));
  }

  /** Its form: laravel/ai#725, and the user guide's model-parameters-embed-v4. */
  @Override
  public String reply(List<Vector> vectors) {
    return """
    {"id": "3198467e-399f-4d4a-aa2c-58af93bd6dc4", "embeddings": {"float": %s}, "texts": ["…"],
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

  @Override
  public Recorded badKey() {
    return BedrockReplies.error(
        403,
        "AccessDeniedException",
        "Authentication failed: Please make sure your API Key is valid.");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.of(BedrockReplies.usedUpForTheDay());
  }

  @Override
  public Recorded unknownModel() {
    return BedrockReplies.needsProfile("cohere.embed-v4:0");
  }

  @Override
  public Recorded rateLimited() {
    return BedrockReplies.throttled();
  }

  /** The message: ScrapeGraphAI/Scrapegraph-ai#400. */
  @Override
  public Recorded tooLong() {
    return BedrockReplies.error(
        400,
        "ValidationException",
        "Malformed input request: #/texts/0: expected maxLength: 2048, actual: 19882, please reformat"
            + " your input and try again.");
  }

  private EmbeddingSpec of(String model, Oversize oversize) {
    return new EmbeddingSpec(
        name(), "", model, OptionalInt.empty(), inputTypeItNeeds(), oversize, "");
  }

  @Test
  void asksForFloatsAndCountsTheTokensOfTheHeader() throws Exception {
    WireContract.answer(
        Recorded.of(200, reply(vectorsOf(List.of("x"))))
            .with("X-Amzn-Bedrock-Input-Token-Count", "12"));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(OptionalLong.of(12), provider.embed(List.of("x")).tokens());
      assertEquals(96, provider.limits().textsPerRequest());
    }

    assertEquals(
        JSON.readTree(
            """
            {"input_type": "search_document", "texts": ["x"], "embedding_types": ["float"],
             "truncate": "NONE"}
            """),
        WireContract.sent());
  }

  /** The other form: the user guide's model-parameters-embed-v3. */
  @Test
  void readsAListWithoutTypes() throws Exception {
    List<Vector> vectors = vectorsOf(List.of("x", "y"));
    WireContract.answer(
        Recorded.of(
            200,
            "{\"embeddings\":"
                + InOrderReplies.arrays(vectors)
                + ",\"id\":\"x\",\"response_type\":\"embeddings_floats\",\"texts\":[\"x\",\"y\"]}"));
    try (EmbeddingProvider provider = recorded(of(VERSION_3, Oversize.ERROR))) {
      assertEquals(vectors, provider.embed(List.of("x", "y")).vectors());
    }
  }

  @ParameterizedTest
  @CsvSource({"us.cohere.embed-v4:0,RIGHT,4000", "cohere.embed-multilingual-v3,END,2047"})
  void hasTheEndCutWhereThatIsAskedFor(String model, String word, int length) throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    String text = "x".repeat(2047) + "🙂" + "y".repeat(1951);
    try (EmbeddingProvider provider = recorded(of(model, Oversize.TRUNCATE))) {
      provider.embed(List.of(text));
    }

    assertEquals(word, WireContract.sent().get("truncate").textValue());
    assertEquals(
        length, WireContract.sent().get("texts").get(0).textValue().length(), "no half of a pair");
  }

  @Test
  void knowsNoModelOfAnotherFamily() {
    Usage failure =
        assertThrows(Usage.class, () -> recorded(of("amazon.nova-lite-v1:0", Oversize.ERROR)));

    assertTrue(
        failure.getMessage().contains("titan-embed-text-v2 or cohere.embed"), failure.getMessage());
  }
}
