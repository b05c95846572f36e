package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.remote.auth.ApiKey;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * OpenAI's models at Azure: the same format at another address. The plain endpoint of a resource is
 * called by deployment with an API version; one that ends in {@code /openai/v1} is called like
 * OpenAI's. Source: Microsoft's reference of Azure OpenAI.
 */
public final class AzureOpenAi {
  private static final String API_VERSION = "2024-02-01";
  private static final String NEWER = "/openai/v1";

  private AzureOpenAi() {}

  /** The format, with the API's version if it is not the usual one. */
  public static WireFormat format(Optional<String> apiVersion, Clock clock) {
    String version = apiVersion.orElse(API_VERSION);
    return new OpenAiFormat(OpenAi.WORDS, new Deployments(version), OpenAi.errors(clock));
  }

  /** The API for jobs, which is only at {@code /openai/v1}. */
  public static BatchFormat batches(URI base, EmbeddingSpec spec, Clock clock) {
    URI newer = isNewer(base) ? base : BatchFormat.below(base, NEWER);
    return OpenAi.batches(newer, spec, clock);
  }

  private static boolean isNewer(URI baseUrl) {
    return String.valueOf(baseUrl.getPath()).replaceAll("/+$", "").endsWith(NEWER);
  }

  private record Deployments(String apiVersion) implements OpenAiFormat.Addressing {
    @Override
    public String path(URI baseUrl, EmbeddingSpec spec) {
      if (isNewer(baseUrl)) {
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

    /** False, since users choose the names of deployments. */
    @Override
    public boolean namesModels() {
      return false;
    }
  }
}
