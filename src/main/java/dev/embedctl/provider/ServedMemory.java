package dev.embedctl.provider;

import java.util.Optional;

/** Remembers which models servers had in earlier runs. */
@FunctionalInterface
public interface ServedMemory {

  /**
   * The model that a server had last.
   *
   * @param endpoint the address of the server; empty for the provider's own
   * @param model the requested model; empty for any
   */
  Optional<ServedModel> last(String provider, String endpoint, Optional<String> model);

  /** A memory of nothing. */
  static ServedMemory none() {
    return (provider, endpoint, model) -> Optional.empty();
  }
}
