package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.Wire;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.remote.RemoteProvider.Server;
import dev.embedctl.provider.remote.RemoteProvider.Settings;
import dev.embedctl.provider.remote.api.AzureOpenAi;
import dev.embedctl.provider.remote.api.BatchFormat;
import dev.embedctl.provider.remote.api.GeminiBatches;
import dev.embedctl.provider.remote.api.Mistral;
import dev.embedctl.provider.remote.api.OpenAi;
import dev.embedctl.provider.remote.api.Voyage;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;

/** Opens providers' APIs for jobs. */
public final class RemoteBatches {
  private RemoteBatches() {}

  /** Whether an API has one for jobs too. */
  public static boolean exist(Wire wire) {
    return switch (wire) {
      case OPENAI, AZURE_OPENAI, VOYAGE, MISTRAL, GEMINI -> true;
      case JINA, COHERE, VERTEX, OLLAMA, TEI, BEDROCK -> false;
    };
  }

  /**
   * Opens the provider's API for jobs; empty if it has none.
   *
   * @param known the catalog's entry for the provider, at least with its API
   * @param model the catalog's entry for the model
   * @throws EmbedctlException.Usage if the settings are not possible for this provider
   */
  public static Optional<BatchApi> open(
      Settings settings, CatalogProvider known, CatalogModel model, Clock clock) {
    Server server = RemoteProvider.server(settings, known, model, clock);
    return format(settings, known, server.spec(), clock)
        .map(format -> open(settings, known, model, server, format));
  }

  private static BatchApi open(
      Settings settings,
      CatalogProvider known,
      CatalogModel model,
      Server server,
      BatchFormat format) {
    FailureMessages messages = server.messages();
    return new HttpBatchApi(
        new BatchCalls(
            new HttpTransfers(
                server.client(),
                server.authorization(),
                settings.extras(),
                server.proxy(),
                settings.certificates(),
                messages,
                settings.timeout()),
            server.format(),
            messages),
        format,
        server.spec(),
        format.limits(known.limits(model)),
        new SentTexts(server.prefix(), server.spec().oversize(), () -> known.limits(model)),
        new ResultReader(
            server.format(),
            format,
            server.spec(),
            server.normalization(),
            new Belief(server.spec(), server.expectations(), messages, settings.listener()),
            messages),
        messages);
  }

  private static Optional<BatchFormat> format(
      Settings settings, CatalogProvider known, EmbeddingSpec spec, Clock clock) {
    URI base = base(settings.baseUrl(), known);
    return switch (known.wire().orElseThrow()) {
      case OPENAI -> Optional.of(OpenAi.batches(base, spec, clock));
      case AZURE_OPENAI -> Optional.of(AzureOpenAi.batches(base, spec, clock));
      case VOYAGE -> Optional.of(Voyage.batches(base, spec, clock));
      case MISTRAL -> Optional.of(Mistral.batches(base, spec, clock));
      case GEMINI -> Optional.of(GeminiBatches.of(base, spec, clock));
      case JINA, COHERE, VERTEX, OLLAMA, TEI, BEDROCK -> Optional.empty();
    };
  }

  /** The base URL, with the API's usual path if it has none. */
  private static URI base(URI given, CatalogProvider known) {
    String path = known.baseUrl().map(URI::getRawPath).orElse("");
    boolean bare = String.valueOf(given.getRawPath()).replaceAll("/+$", "").isEmpty();
    return bare ? given.resolve(path.isEmpty() ? "/" : path) : given;
  }
}
