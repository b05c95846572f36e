package dev.embedctl.provider.catalog;

import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.ProviderLimits.Counted;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the catalog knows about a remote provider.
 *
 * @param wire the API that it uses
 * @param baseUrl its address; empty if it must be given
 * @param keyVariable the environment variable with its key; empty if it needs none
 * @param defaultModel the default model; empty if a model must be given
 * @param apiVersion the requested version of the API, if the API has versions
 * @param textsPerRequest the maximum number of texts in a call
 * @param tokensPerRequest the maximum number of tokens in a call
 * @param bytesPerRequest the maximum number of bytes in a call's body
 * @param counts what its rate limit counts
 * @param models its models, by name
 */
public record CatalogProvider(
    Optional<Wire> wire,
    Optional<URI> baseUrl,
    Optional<String> keyVariable,
    Optional<String> defaultModel,
    Optional<String> apiVersion,
    OptionalInt textsPerRequest,
    OptionalInt tokensPerRequest,
    OptionalInt bytesPerRequest,
    Optional<Counted> counts,
    Map<String, CatalogModel> models) {

  /** A provider about which nothing is known. */
  static final CatalogProvider UNKNOWN =
      new CatalogProvider(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Map.of());

  /** The number of texts in a call if the limit is unknown: that of OpenAI. */
  private static final int DEFAULT_TEXTS_PER_REQUEST = 2048;

  private static final int REQUESTS_PER_MINUTE = 12;

  public CatalogProvider {
    Objects.requireNonNull(wire);
    Objects.requireNonNull(baseUrl);
    Objects.requireNonNull(keyVariable);
    Objects.requireNonNull(defaultModel);
    Objects.requireNonNull(apiVersion);
    Objects.requireNonNull(textsPerRequest);
    Objects.requireNonNull(tokensPerRequest);
    Objects.requireNonNull(bytesPerRequest);
    Objects.requireNonNull(counts);
    models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
  }

  /** What the catalog knows about one of its models. */
  public CatalogModel model(String name) {
    return models.getOrDefault(name, CatalogModel.UNKNOWN);
  }

  /**
   * The dimensions of a model's vectors, if known. The model's name may have its owner's name as a
   * prefix.
   */
  public OptionalInt dimensions(String name) {
    OptionalInt known = model(name).dimensions();
    return known.isPresent()
        ? known
        : model(name.substring(name.lastIndexOf('/') + 1)).dimensions();
  }

  /** The limits of a request to one of its models. */
  public ProviderLimits limits(CatalogModel model) {
    return new ProviderLimits(
        model.textsPerRequest().orElse(textsPerRequest.orElse(DEFAULT_TEXTS_PER_REQUEST)),
        model.longestText(),
        model.tokensPerRequest().isPresent() ? model.tokensPerRequest() : tokensPerRequest,
        bytesPerRequest,
        counts.orElse(Counted.REQUESTS));
  }

  /**
   * A copy whose requests are small enough to be sent every few seconds if the provider limits
   * texts per minute, since a full request might exceed the limit of a minute.
   */
  public CatalogProvider paced(OptionalInt requestsPerMinute) {
    if (requestsPerMinute.isEmpty() || counts.orElse(Counted.REQUESTS) == Counted.REQUESTS) {
      return this;
    }
    int texts = Math.max(1, requestsPerMinute.getAsInt() / REQUESTS_PER_MINUTE);
    Map<String, CatalogModel> smaller = new LinkedHashMap<>(models);
    smaller.replaceAll((name, model) -> model.withTextsAtMost(texts));
    return new CatalogProvider(
        wire,
        baseUrl,
        keyVariable,
        defaultModel,
        apiVersion,
        OptionalInt.of(Math.min(texts, textsPerRequest.orElse(DEFAULT_TEXTS_PER_REQUEST))),
        tokensPerRequest,
        bytesPerRequest,
        counts,
        smaller);
  }

  /** A copy with another version of its API. */
  public CatalogProvider withApiVersion(String version) {
    return new CatalogProvider(
        wire,
        baseUrl,
        keyVariable,
        defaultModel,
        Optional.of(version),
        textsPerRequest,
        tokensPerRequest,
        bytesPerRequest,
        counts,
        models);
  }

  /** This provider's values; unknown ones are taken from the other provider. */
  CatalogProvider over(CatalogProvider other) {
    Map<String, CatalogModel> both = new LinkedHashMap<>(other.models);
    models.forEach((name, model) -> both.put(name, model.over(other.model(name))));
    return new CatalogProvider(
        wire.or(other::wire),
        baseUrl.or(other::baseUrl),
        keyVariable.or(other::keyVariable),
        defaultModel.or(other::defaultModel),
        apiVersion.or(other::apiVersion),
        textsPerRequest.isPresent() ? textsPerRequest : other.textsPerRequest,
        tokensPerRequest.isPresent() ? tokensPerRequest : other.tokensPerRequest,
        bytesPerRequest.isPresent() ? bytesPerRequest : other.bytesPerRequest,
        counts.or(other::counts),
        both);
  }
}
