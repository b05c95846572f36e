package dev.embedctl.service;

import dev.embedctl.cache.CacheMaintenance;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ServedMemory;
import dev.embedctl.provider.ServedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Takes the models that servers had from the keys of the vectors in a cache. */
public final class CachedModels implements ServedMemory {
  private final Path cacheFolder;

  /** The models in a cache folder, which may not exist. */
  public CachedModels(Path cacheFolder) {
    this.cacheFolder = cacheFolder;
  }

  /** The model whose vectors were stored last. */
  @Override
  public Optional<ServedModel> last(String provider, String endpoint, Optional<String> model) {
    return specs().stream()
        .filter(spec -> spec.provider().equals(provider) && spec.endpoint().equals(endpoint))
        .filter(spec -> spec.model().equals(model.orElse(spec.model())))
        .findFirst()
        .map(
            spec ->
                new ServedModel(List.of(spec.model()), ServedModel.identityIn(spec.revision())));
  }

  private List<EmbeddingSpec> specs() {
    try {
      return CacheMaintenance.recentSpecs(cacheFolder);
    } catch (RunFailed e) {
      return List.of(); // opening the cache fails too, and says why
    }
  }
}
