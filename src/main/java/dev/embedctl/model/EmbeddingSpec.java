package dev.embedctl.model;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that decides a text's vector but the text: two equal texts under equal specs may share one
 * vector, and under different specs never do.
 *
 * @param provider the provider's kind, as {@code --provider} names it
 * @param endpoint the base URL, where it is not the provider's own; else empty
 * @param model the model, as the provider names it
 * @param dimensions the dimensions asked for, where any were
 * @param inputType what the texts are for, where it was said
 * @param oversize what a text longer than the model takes gets
 * @param revision what else changes vectors (for a local model: its file's hash, pooling, window;
 *     for others what is done here to texts and vectors); else empty
 * @param ownDimensions the model's own dimensions, where they are known: to ask for them is to ask
 *     for none
 * @param typedEndpoint the endpoint as it was typed, where that is another spelling of it
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

  /** A spec of a model of which nothing is known, at an endpoint that has one spelling. */
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

  /** The same, with another revision. */
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
