package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import java.util.Objects;
import java.util.Optional;

/**
 * The size of one spec's vectors, without reading them.
 *
 * @param name its folder's name
 * @param spec the spec; empty if the folder is damaged or of another version
 * @param rows the number of vectors, including replaced ones
 * @param bytes the size of all its files
 */
public record NamespaceSize(String name, Optional<EmbeddingSpec> spec, long rows, long bytes) {
  public NamespaceSize {
    Objects.requireNonNull(name);
    Objects.requireNonNull(spec);
  }
}
