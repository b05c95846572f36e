package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.api.AzureOpenAi;
import dev.embedctl.provider.remote.api.WireFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The provider {@code azure-openai}, at the bare endpoint of a resource, by deployment. */
public final class AzureOpenAiContractTest implements OpenAiLike {
  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "azure-openai";
  }

  @Override
  public String model() {
    return "text-embedding-3-small";
  }

  @Override
  public String basePath() {
    return "";
  }

  @Override
  public String callPath() {
    return "/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-02-01";
  }

  @Override
  public Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("api-key", key);
  }

  @Override
  public Recorded badKey() {
    return Recorded.of(
        401,
        "{\"error\":{\"code\":\"401\",\"message\":\"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource. ("
            + KEY
            + ")\"}}");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.empty(); // it is billed afterwards
  }

  @Override
  public Recorded unknownModel() {
    return Recorded.of(
        404,
        "{\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.\"}}");
  }

  @Override
  public Recorded rateLimited() {
    return Recorded.of(
            429,
            "{\"error\":{\"code\":\"429\",\"message\":\"Requests to the Embeddings_Create Operation under Azure OpenAI API version 2024-02-01 have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 55 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.\"}}")
        .asking(Duration.ofSeconds(55));
  }

  @Override
  public Recorded tooLong() {
    return Recorded.of(
        400,
        "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens, however you requested 25701 tokens (25701 in your prompt; 0 for the completion). Please reduce your prompt; or completion length.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
  }

  @Test
  void asksForTheVersionThatTheCatalogNames(@TempDir Path folder) throws IOException {
    CatalogProvider known =
        ProviderCatalog.builtIn()
            .with(
                Files.writeString(
                    folder.resolve("catalog.json"),
                    "{\"azure-openai\":{\"api_version\":\"2025-03-01-preview\"}}"))
            .provider("azure-openai");
    WireFormat format = AzureOpenAi.format(known.apiVersion(), Clock.systemUTC());

    assertEquals(
        "/openai/deployments/our%20model%2F1/embeddings?api-version=2025-03-01-preview",
        format.path(
            URI.create("https://ours.openai.azure.com"),
            new EmbeddingSpec(
                "azure-openai",
                "",
                "our model/1",
                OptionalInt.empty(),
                Optional.empty(),
                Oversize.ERROR,
                "")));
  }

  @Test
  void anOldDeploymentThatTakesFewerTextsSaysHowMany() {
    answerTooMany();
    try (EmbeddingProvider provider = recorded(spec())) {
      List<String> texts = Collections.nCopies(20, "x");
      assertThrows(ProviderException.Refused.class, () -> provider.embed(texts));

      assertEquals(16, provider.limits().textsPerRequest());
    }
  }

  private static void answerTooMany() {
    WireContract.answer(
        Recorded.of(
            400,
            "{\"error\":{\"message\":\"Too many inputs. The max number of inputs is 16.  We hope to"
                + " increase the number of inputs per request soon. Please contact us through an"
                + " Azure support request at: https://go.microsoft.com/fwlink/?linkid=2213926 for"
                + " further questions.\",\"type\":\"invalid_request_error\",\"param\":null,"
                + "\"code\":null}}"));
  }
}
