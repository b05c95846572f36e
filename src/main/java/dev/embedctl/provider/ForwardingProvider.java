package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import java.util.Optional;

/** A decorator of a provider that changes only how texts are embedded. */
public abstract class ForwardingProvider implements EmbeddingProvider {
  private final EmbeddingProvider provider;

  protected ForwardingProvider(EmbeddingProvider provider) {
    this.provider = provider;
  }

  /** The decorated provider. */
  protected final EmbeddingProvider provider() {
    return provider;
  }

  @Override
  public final EmbeddingSpec spec() {
    return provider.spec();
  }

  @Override
  public final Normalization normalization() {
    return provider.normalization();
  }

  @Override
  public final String prefix() {
    return provider.prefix();
  }

  @Override
  public ProviderLimits limits() {
    return provider.limits();
  }

  @Override
  public final int tokens(String text) {
    return provider.tokens(text);
  }

  @Override
  public final CountedText count(String text) {
    return provider.count(text);
  }

  @Override
  public final Optional<TextLimit> longestText() {
    return provider.longestText();
  }

  @Override
  public final int bytes(String text) {
    return provider.bytes(text);
  }

  @Override
  public final boolean takesWhole(CountedText text) {
    return provider.takesWhole(text);
  }

  @Override
  public void close() {
    provider.close();
  }
}
