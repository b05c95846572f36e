package dev.embedctl.model;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything except the text that decides a vector. Equal texts share a vector only if their specs
 * are equal too.
 *
 * @param provider the provider's kind, as {@code --provider} names it
 * @param endpoint the base URL; empty if it is the provider's default
 * @param model the model, as the provider names it
 * @param dimensions the requested dimensions, if any
 * @param inputType the purpose of the texts, if given
 * @param oversize what to do with a text that is too long for the model
 * @param revision anything else that changes vectors (for a local model the hash of its file,
 *     pooling and window; for others what embedctl does to texts and vectors); empty if nothing
 *     does
 * @param ownDimensions the model's default dimensions, if known; requesting them is the same as
 *     requesting none
 * @param typedEndpoint the endpoint as it was typed, if it was spelled differently
 */
public record EmbeddingSpec(
    String provider,
    String endpoint,
    String model,
    OptionalInt dimensions,
    Optional<InputType> inputType,
    Oversize oversize,
    String revision,
    OptionalInt ownDimensions,
    Optional<String> typedEndpoint) {

  public EmbeddingSpec {
    Objects.requireNonNull(provider);
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(model);
    Objects.requireNonNull(dimensions);
    Objects.requireNonNull(inputType);
    Objects.requireNonNull(oversize);
    Objects.requireNonNull(revision);
    Objects.requireNonNull(ownDimensions);
    Objects.requireNonNull(typedEndpoint);
  }

  /** A spec of an unknown model, at an endpoint with only one spelling. */
  public EmbeddingSpec(
      String provider,
      String endpoint,
      String model,
      OptionalInt dimensions,
      Optional<InputType> inputType,
      Oversize oversize,
      String revision) {
    this(
        provider,
        endpoint,
        model,
        dimensions,
        inputType,
        oversize,
        revision,
        OptionalInt.empty(),
        Optional.empty());
  }

  /** A copy with another revision. */
  public EmbeddingSpec at(String other) {
    return new EmbeddingSpec(
        provider,
        endpoint,
        model,
        dimensions,
        inputType,
        oversize,
        other,
        ownDimensions,
        typedEndpoint);
  }
}
