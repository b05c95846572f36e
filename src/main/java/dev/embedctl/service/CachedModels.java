package dev.embedctl.service;

import dev.embedctl.cache.CacheMaintenance;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ServedMemory;
import dev.embedctl.provider.ServedModel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Takes the models that servers had from the keys of the vectors in a cache. */
public final class CachedModels implements ServedMemory {
  private final Path cacheFolder;
  private final LockTerms terms;

  /** The models in a cache folder, which may not exist. */
  public CachedModels(Path cacheFolder, LockTerms terms) {
    this.cacheFolder = cacheFolder;
    this.terms = terms;
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
      return new CacheMaintenance(cacheFolder, terms, InstantSource.system()).recentSpecs();
    } catch (RunFailed e) {
      return List.of(); // opening the cache fails too, and says why
    }
  }
}
