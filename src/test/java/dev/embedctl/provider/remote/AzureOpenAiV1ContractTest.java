package dev.embedctl.provider.remote;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider {@code azure-openai} at an address that ends in {@code /openai/v1}. */
public final class AzureOpenAiV1ContractTest implements OpenAiLike {
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
    return "text-embedding-3-large";
  }

  @Override
  public String basePath() {
    return "/openai/v1";
  }

  @Override
  public String callPath() {
    return "/openai/v1/embeddings";
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
}
