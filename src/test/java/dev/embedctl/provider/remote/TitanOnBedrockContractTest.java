package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.testing.OpenAiReplies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Titan on the provider {@code bedrock}, with a key of Bedrock. */
public final class TitanOnBedrockContractTest implements WireContract {
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
    return "amazon.titan-embed-text-v2:0";
  }

  @Override
  public String modelOfUnknownPrefix() {
    return model();
  }

  @Override
  public String basePath() {
    return "";
  }

  @Override
  public String callPath() {
    return "/model/amazon.titan-embed-text-v2%3A0/invoke";
  }

  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("Authorization", "Bearer " + key);
  }

  @Override
  public List<String> textsOf(JsonNode request) {
    return List.of(request.get("inputText").textValue());
  }

  /** Its form: the user guide's model-parameters-titan-embed-text. */
  @Override
  public String reply(List<Vector> vectors) {
    String numbers = OpenAiReplies.numbers(vectors.getFirst());
    return """
    {"embedding": %s, "embeddingsByType": {"float": %s}, "inputTextTokenCount": 7}
    """
        .formatted(numbers, numbers);
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
    throw new UnsupportedOperationException("it has no input types");
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
    return BedrockReplies.unknownModel();
  }

  @Override
  public Recorded rateLimited() {
    return BedrockReplies.throttled();
  }

  /** The message: aws-samples/amazon-bedrock-workshop#136. */
  @Override
  public Recorded tooLong() {
    return BedrockReplies.error(
        400,
        "ValidationException",
        "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count:"
            + " 9875 ");
  }

  @Test
  void asksForUnitLength() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(OptionalLong.of(7), provider.embed(List.of("x")).tokens());
      assertEquals(1, provider.limits().textsPerRequest());
    }

    assertEquals(JSON.readTree("{\"inputText\": \"x\", \"normalize\": true}"), WireContract.sent());
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of(BedrockReplies.deniedModel(), Reason.KEY),
        Arguments.of(BedrockReplies.needsProfile("m"), Reason.MODEL),
        Arguments.of(
            BedrockReplies.error(
                404,
                "ResourceNotFoundException",
                "Could not resolve the foundation model from the provided model identifier."),
            Reason.MODEL),
        Arguments.of(
            BedrockReplies.error(
                400,
                "ServiceQuotaExceededException",
                "Your request exceeds the service quota for your account."),
            Reason.MONEY),
        Arguments.of(
            BedrockReplies.error(
                400,
                "ValidationException",
                "Malformed input request: #/dimensions: 300 is not a valid enum value, please"
                    + " reformat your input and try again."),
            Reason.DIMENSIONS),
        Arguments.of(
            BedrockReplies.error(
                400,
                "ValidationException",
                "Malformed input request: #: extraneous key [normalize] is not permitted, please"
                    + " reformat your input and try again."),
            Reason.PARAMETER));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void whatNoRetryResolvesEndsTheRun(Recorded reply, Reason reason) {
    assertEquals(reason, failureOf(Hopeless.class, reply).reason());
  }

  static Stream<Arguments> passing() {
    return Stream.of(
        Arguments.of(429, "ModelNotReadyException", Kind.LOADING),
        Arguments.of(400, "ThrottlingException", Kind.RATE_LIMITED),
        Arguments.of(408, "ModelTimeoutException", Kind.SERVER_ERROR),
        Arguments.of(424, "ModelErrorException", Kind.SERVER_ERROR),
        Arguments.of(500, "InternalServerException", Kind.SERVER_ERROR),
        Arguments.of(503, "ServiceUnavailableException", Kind.OVERLOADED));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void whatPassesIsTriedAgain(int status, String name, Kind kind) {
    Transient failure =
        failureOf(Transient.class, BedrockReplies.error(status, name, "It did not work."));

    assertEquals(kind, failure.kind());
  }

  @Test
  void aModelThatIsNotReadyIsWaitedFor() {
    Transient failure =
        failureOf(
            Transient.class,
            BedrockReplies.error(429, "ModelNotReadyException", "The model is not ready."));

    assertTrue(failure.asksToWait());
    assertTrue(failure.retryAfter().isPresent());
  }

  @Test
  void aNameInTheBodyIsReadToo() {
    Recorded named =
        Recorded.of(
            400,
            "{\"__type\":\"com.amazon.coral.service#ThrottlingException\",\"message\":\"Rate exceeded\"}");

    assertEquals(Kind.RATE_LIMITED, failureOf(Transient.class, named).kind());
  }

  @Test
  void aTextThatItDoesNotTakeFailsAlone() {
    ProviderException failure =
        failureOf(
            Refused.class,
            BedrockReplies.error(
                400,
                "ValidationException",
                "Malformed input request: expected minLength: 1, actual: 0, please reformat your"
                    + " input and try again."));

    assertTrue(failure.getMessage().contains("minLength"), failure.getMessage());
  }
}
