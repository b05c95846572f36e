package dev.embedctl.doctor;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.TokenMeter;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * Who is examined, and what is known of it beforehand.
 *
 * @param address where it is; empty for a model in this process
 * @param keyVariable the variable that its key would be in, where it takes one
 * @param givenKey the variable that its key is in, where there is one
 * @param model what the catalog says of the model
 * @param meter measures what is sent
 * @param price what that costs, where it is known
 */
public record Subject(
    EmbeddingSpec spec,
    Optional<URI> address,
    Optional<String> keyVariable,
    Optional<String> givenKey,
    CatalogModel model,
    TokenMeter meter,
    Optional<Price> price) {

  public Subject {
    Objects.requireNonNull(spec);
    Objects.requireNonNull(address);
    Objects.requireNonNull(keyVariable);
    Objects.requireNonNull(givenKey);
    Objects.requireNonNull(model);
    Objects.requireNonNull(meter);
    Objects.requireNonNull(price);
  }
}
