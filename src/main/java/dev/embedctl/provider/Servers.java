package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import java.util.List;

/** The servers of a provider, opened without decorators: each call is made once, without a wait. */
public final class Servers implements AutoCloseable {
  private final List<String> addresses;
  private final List<EmbeddingProvider> providers;

  /**
   * Several servers of one model.
   *
   * @param addresses one for each, for messages
   */
  Servers(List<String> addresses, List<EmbeddingProvider> providers) {
    this.addresses = List.copyOf(addresses);
    this.providers = List.copyOf(providers);
  }

  /** The only server, or a model in this process. */
  static Servers of(EmbeddingProvider only) {
    return new Servers(List.of(""), List.of(only));
  }

  /** The first one, whose spec counts. */
  public EmbeddingProvider first() {
    return providers.getFirst();
  }

  /** The spec for the vectors of all of them. */
  public EmbeddingSpec spec() {
    return first().spec();
  }

  List<EmbeddingProvider> providers() {
    return providers;
  }

  List<String> addresses() {
    return addresses;
  }

  @Override
  public void close() {
    providers.forEach(EmbeddingProvider::close);
  }
}
