package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import java.util.Objects;
import java.util.Optional;

/**
 * How much one spec's vectors take, without a look at them.
 *
 * @param name its folder's name
 * @param spec empty where the folder is damaged or of another version
 * @param rows vectors, those that newer ones replaced included
 * @param bytes of all its files
 */
public record NamespaceSize(String name, Optional<EmbeddingSpec> spec, long rows, long bytes) {
  public NamespaceSize {
    Objects.requireNonNull(name);
    Objects.requireNonNull(spec);
  }
}
