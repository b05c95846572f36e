package dev.embedctl.doctor;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.provider.local.Processor;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * The provider to examine, and the facts that are known beforehand.
 *
 * @param address its URL; empty for a model in this process
 * @param keyVariable the environment variable for its key, if it takes one
 * @param givenKey the key, the header in its place or the credentials that are sent, in words;
 *     empty if there are none
 * @param model the catalog's entry for the model
 * @param meter counts the tokens of the requests
 * @param price the price of tokens, if known
 * @param processor the one that runs a model in eight bits; empty for any other model
 */
public record Subject(
    EmbeddingSpec spec,
    Optional<URI> address,
    Optional<String> keyVariable,
    Optional<String> givenKey,
    CatalogModel model,
    TokenMeter meter,
    Optional<Price> price,
    Optional<Processor> processor) {

  public Subject {
    Objects.requireNonNull(spec);
    Objects.requireNonNull(address);
    Objects.requireNonNull(keyVariable);
    Objects.requireNonNull(givenKey);
    Objects.requireNonNull(model);
    Objects.requireNonNull(meter);
    Objects.requireNonNull(price);
    Objects.requireNonNull(processor);
  }
}
