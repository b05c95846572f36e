package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider {@code voyage}. */
public final class VoyageContractTest implements OpenAiLike {
  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "voyage";
  }

  @Override
  public String model() {
    return "voyage-4";
  }

  @Override
  public Optional<String> dimensionsPointer() {
    return Optional.of("/output_dimension");
  }

  @Override
  public Optional<String> inputTypePointer() {
    return Optional.of("/input_type");
  }

  @Override
  public String wordFor(InputType type) {
    return switch (type) {
      case QUERY -> "query";
      case DOCUMENT -> "document";
    };
  }

  @Override
  public Recorded badKey() {
    return Recorded.of(401, "{\"detail\":\"Provided API key " + KEY + " is invalid.\"}");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.empty(); // without a payment method it only has a lower rate limit
  }

  @Override
  public Recorded unknownModel() {
    return Recorded.of(
        400,
        "{\"detail\":\"Model voyage-x is not supported. Supported models are ['voyage-4', 'voyage-code-3'].\"}");
  }

  @Override
  public Recorded rateLimited() {
    return Recorded.of(
        429,
        "{\"detail\":\"You have not yet added your payment method in the billing page and will have reduced rate limits of 3 RPM and 10K TPM. Please add your payment method in the billing page to unlock our standard rate limits.\"}");
  }

  @Override
  public Recorded tooLong() {
    return Recorded.of(
        400,
        "{\"detail\":\"Request to model 'voyage-4' failed. The example at index 0 in your batch has too many tokens and does not fit into the model's context window of 32000 tokens. Please lower the number of tokens in the listed example(s) or use truncation.\"}");
  }

  @Test
  void asksForBase64AndNeverCutsUnlessTold() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    try (EmbeddingProvider provider = recorded(spec())) {
      provider.embed(List.of("x"));
    }

    assertEquals(
        JSON.readTree(
            """
            {"model": "voyage-4", "input": ["x"], "encoding_format": "base64", "truncation": false}
            """),
        WireContract.sent());
  }

  @Test
  void letsTheProviderCutWhereThatIsAskedFor() throws Exception {
    WireContract.answer(Recorded.of(200, reply(vectorsOf(List.of("x")))));
    EmbeddingSpec cut =
        new EmbeddingSpec(
            name(), "", model(), OptionalInt.empty(), Optional.empty(), Oversize.TRUNCATE, "");
    try (EmbeddingProvider provider = recorded(cut)) {
      provider.embed(List.of("x"));
    }

    assertTrue(WireContract.sent().get("truncation").booleanValue());
  }

  @Test
  void anArgumentThatNoRequestMayHaveIsHopeless() {
    failureOf(
        ProviderException.Hopeless.class,
        Recorded.of(
            400,
            "{\"detail\":\"Value '300' supplied for argument 'output_dimension' is not valid --"
                + " accepted values are [256, 512, 1024, 2048]\"}"));
  }

  @Test
  void learnsFromARefusalHowItsTokensCompareToTheEstimate() {
    WireContract.answer(
        Recorded.of(
            400,
            "{\"detail\":\"Request to model 'voyage-4' failed. The max allowed tokens per submitted"
                + " batch is 120000. Your batch has 240000 tokens after truncation. Please lower"
                + " the number of tokens in the batch.\"}"));
    try (EmbeddingProvider provider = recorded(spec())) {
      assertThrows(
          ProviderException.Refused.class,
          () -> provider.embed(List.of("x".repeat(2000), "x".repeat(2000))));

      assertEquals(
          475,
          provider.limits().tokensPerRequest().orElseThrow(),
          "1,000 were estimated, half of them would have done, and 5 % are kept back");
    }
  }
}
