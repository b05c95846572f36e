package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.InputType;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider {@code jina}. */
public final class JinaContractTest implements OpenAiLike {
  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "jina";
  }

  @Override
  public String model() {
    return "jina-embeddings-v3";
  }

  @Override
  public Optional<String> inputTypePointer() {
    return Optional.of("/task");
  }

  @Override
  public String wordFor(InputType type) {
    return switch (type) {
      case QUERY -> "retrieval.query";
      case DOCUMENT -> "retrieval.passage";
    };
  }

  @Override
  public String reply(List<Vector> vectors) {
    return OpenAiReplies.of(vectors, Form.NUMBERS);
  }

  @Override
  public Recorded badKey() {
    return Recorded.of(
        401, "{\"code\":\"AUTH_INVALID_API_KEY\",\"detail\":\"Unauthorized: " + KEY + "\"}");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.of(
        Recorded.of(
            403,
            "{\"code\":\"AUTHZ_INSUFFICIENT_BALANCE\",\"detail\":\"Insufficient balance to run this query, please recharge\"}"));
  }

  @Override
  public Recorded unknownModel() {
    return Recorded.of(
        422,
        "{\"detail\":\"[RID: 0f31] Validation error: 'body' Input tag 'jina-x' found using 'model' does not match any of the expected tags\"}");
  }

  @Override
  public Recorded rateLimited() {
    return Recorded.of(429, "{\"detail\":\"Rate limit exceeded\"}")
        .with("Retry-After", "3")
        .asking(Duration.ofSeconds(3));
  }

  @Override
  public Recorded tooLong() {
    return Recorded.of(
        400,
        "{\"code\":\"INPUT_TOKEN_LIMIT_EXCEEDED\",\"detail\":\"[RID: 0f31] Input text exceeds maximum length of 8194 tokens, set `truncate` to True\"}");
  }

  @Test
  void doesNotLetTheProviderCutUnlessTold() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x"));
    }

    assertEquals(
        JSON.readTree(
            """
            {"model": "jina-embeddings-v3", "input": ["x"], "truncate": false}
            """),
        WireContract.sent());
  }

  @Test
  void aListThatIsTooLongSaysHowLongItMayBe() {
    WireContract.answer(
        Recorded.of(
            400,
            "{\"detail\":\"[RID: ec42] Validation error: 'body -> jina-embeddings-v4' Each input list"
                + " can contain at most 128 items.. Field errors: : Invalid value\"}"));
    try (EmbeddingProvider provider = recorded(spec())) {
      List<String> texts = Collections.nCopies(200, "x");
      assertThrows(ProviderException.Refused.class, () -> provider.embed(texts));

      assertEquals(128, provider.limits().textsPerRequest());
    }
  }
}
