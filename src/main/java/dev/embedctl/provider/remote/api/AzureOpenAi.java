package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * OpenAI's models at Azure: the same words at another address. A resource's bare endpoint is called
 * by deployment, with an API version; one that ends in {@code /openai/v1} as OpenAI's own. Source:
 * Microsoft's reference of Azure OpenAI.
 */
public final class AzureOpenAi {
  private static final String API_VERSION = "2024-02-01";
  private static final String NEWER = "/openai/v1";

  private AzureOpenAi() {}

  /** The wire, with the API's version where it is not the usual one. */
  public static WireFormat format(Optional<String> apiVersion, Clock clock) {
    String version = apiVersion.orElse(API_VERSION);
    return new OpenAiFormat(OpenAi.WORDS, new Deployments(version), OpenAi.errors(clock));
  }

  private record Deployments(String apiVersion) implements OpenAiFormat.Addressing {
    @Override
    public String path(URI baseUrl, EmbeddingSpec spec) {
      if (String.valueOf(baseUrl.getPath()).replaceAll("/+$", "").endsWith(NEWER)) {
        return "/embeddings";
      }
      return "/openai/deployments/"
          + UriText.encoded(spec.model())
          + "/embeddings?api-version="
          + UriText.encoded(apiVersion);
    }

    @Override
    public Map<String, String> headers(ApiKey key) {
      return Map.of("api-key", key.secret());
    }

    /** A deployment has the name that its owner gave it. */
    @Override
    public boolean namesModels() {
      return false;
    }
  }
}
