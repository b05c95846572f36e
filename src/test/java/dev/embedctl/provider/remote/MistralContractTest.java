package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider {@code mistral}. */
public final class MistralContractTest implements OpenAiLike {
  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "mistral";
  }

  @Override
  public String model() {
    return "codestral-embed";
  }

  @Override
  public Optional<String> dimensionsPointer() {
    return Optional.of("/output_dimension");
  }

  @Override
  public String reply(List<Vector> vectors) {
    return OpenAiReplies.of(vectors, Form.NUMBERS);
  }

  @Override
  public Recorded badKey() {
    return Recorded.of(401, "{\"message\":\"Unauthorized: " + KEY + "\",\"request_id\":\"6f3a\"}");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.of(
        Recorded.of(
            402,
            "{\"object\":\"error\",\"message\":\"Payment required\",\"type\":\"payment_required\",\"param\":null,\"code\":\"1900\"}"));
  }

  @Override
  public Recorded unknownModel() {
    return Recorded.of(
        400,
        "{\"object\":\"error\",\"message\":\"Invalid model: mistral-x\",\"type\":\"invalid_model\",\"param\":null,\"code\":\"1500\"}");
  }

  @Override
  public Recorded rateLimited() {
    return Recorded.of(
        429,
        "{\"object\":\"error\",\"message\":\"Requests rate limit exceeded\",\"type\":\"rate_limited\",\"param\":null,\"code\":\"1300\"}");
  }

  @Override
  public Recorded tooLong() {
    return Recorded.of(
        400,
        "{\"object\":\"error\",\"message\":\"Input id 0 has 9001 tokens, exceeding max 8192 tokens.\",\"type\":\"invalid_request_prompt\",\"param\":null,\"code\":\"3210\"}");
  }

  @Test
  void asksForNothingButTheVectors() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x"));
    }

    assertEquals(
        JSON.readTree(
            """
            {"model": "codestral-embed", "input": ["x"]}
            """),
        WireContract.sent());
  }

  @Test
  void tooManyTokensTogetherHalveWhatIsPackedFromThenOn() {
    WireContract.answer(
        Recorded.of(
            400,
            "{\"object\":\"error\",\"message\":\"Too many tokens overall, split into more"
                + " batches.\",\"type\":\"invalid_request_prompt\",\"param\":null,"
                + "\"code\":\"3210\"}"));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertEquals(16_384, provider.limits().tokensPerRequest().orElseThrow());
      assertThrows(
          ProviderException.Refused.class,
          () -> provider.embed(List.of("x".repeat(2000), "x".repeat(2000))));

      assertEquals(500, provider.limits().tokensPerRequest().orElseThrow());
    }
  }
}
