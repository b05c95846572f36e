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
 * What is known beforehand of a provider on the network.
 *
 * @param wire the API it speaks
 * @param baseUrl where it is; empty where that must be given
 * @param keyVariable the environment variable that holds its key; empty where it wants none
 * @param defaultModel the model where none is asked for; empty where one must be given
 * @param apiVersion the version of the API that is asked for, where the API has versions
 * @param textsPerRequest texts in one call, at most
 * @param tokensPerRequest tokens in one call, at most
 * @param bytesPerRequest bytes of one call's body, at most
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

  /** Nothing is known. */
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

  /** Texts in one call where nobody says how many there may be: as OpenAI has it. */
  private static final int USUAL_TEXTS_PER_REQUEST = 2048;

  private static final int REQUESTS_A_MINUTE = 12;

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

  /** What is known of one of its models. */
  public CatalogModel model(String name) {
    return models.getOrDefault(name, CatalogModel.UNKNOWN);
  }

  /**
   * Dimensions of a model's vectors, where they are known; before its name may stand an owner's.
   */
  public OptionalInt dimensions(String name) {
    OptionalInt known = model(name).dimensions();
    return known.isPresent()
        ? known
        : model(name.substring(name.lastIndexOf('/') + 1)).dimensions();
  }

  /** What a request to one of its models may hold. */
  public ProviderLimits limits(CatalogModel model) {
    return new ProviderLimits(
        textsPerRequest.orElse(USUAL_TEXTS_PER_REQUEST),
        model.longestText(),
        model.tokensPerRequest().isPresent() ? model.tokensPerRequest() : tokensPerRequest,
        bytesPerRequest,
        counts.orElse(Counted.REQUESTS));
  }

  /**
   * The same, with requests that are small enough to go every few seconds where so many texts a
   * minute are allowed: a full one might be more than a minute's.
   */
  public CatalogProvider paced(OptionalInt requestsPerMinute) {
    if (requestsPerMinute.isEmpty() || counts.orElse(Counted.REQUESTS) == Counted.REQUESTS) {
      return this;
    }
    int texts = Math.max(1, requestsPerMinute.getAsInt() / REQUESTS_A_MINUTE);
    return new CatalogProvider(
        wire,
        baseUrl,
        keyVariable,
        defaultModel,
        apiVersion,
        OptionalInt.of(Math.min(texts, textsPerRequest.orElse(USUAL_TEXTS_PER_REQUEST))),
        tokensPerRequest,
        bytesPerRequest,
        counts,
        models);
  }

  /** The same, asked for another version of its API. */
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

  /** What this says, and of what it does not say, what the other one does. */
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
