package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import java.util.Objects;
import java.util.Optional;

/**
 * Selects a part of a cache.
 *
 * @param provider selects only this provider's vectors, if given
 * @param model selects only this model's vectors, if given
 */
public record NamespaceFilter(Optional<String> provider, Optional<String> model) {
  /** The whole cache. */
  public static final NamespaceFilter ALL = new NamespaceFilter(Optional.empty(), Optional.empty());

  public NamespaceFilter {
    Objects.requireNonNull(provider);
    Objects.requireNonNull(model);
  }

  public boolean matches(EmbeddingSpec spec) {
    return provider.map(spec.provider()::equals).orElse(true)
        && model.map(spec.model()::equals).orElse(true);
  }
}
