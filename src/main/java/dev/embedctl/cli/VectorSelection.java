package dev.embedctl.cli;

import dev.embedctl.cache.NamespaceFilter;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.NameHint;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that select vectors of the cache by provider and model. */
final class VectorSelection {
  @Option(names = "--provider", paramLabel = "NAME", description = "Only this provider's.")
  String provider;

  @Option(names = "--model", paramLabel = "NAME", description = "Only this model's.")
  String model;

  /**
   * The filter for the selected vectors.
   *
   * @param cached the specs in the cache; called only if a name is given
   * @throws Usage if the cache has no such vectors, since such a name is usually misspelt
   */
  NamespaceFilter filter(Supplier<List<EmbeddingSpec>> cached) {
    NamespaceFilter filter =
        new NamespaceFilter(Optional.ofNullable(provider), Optional.ofNullable(model));
    if (filter.equals(NamespaceFilter.ALL)) {
      return filter;
    }
    List<EmbeddingSpec> specs = cached.get();
    if (specs.stream().anyMatch(filter::matches)) {
      return filter;
    }
    check("--provider", provider, specs.stream().map(EmbeddingSpec::provider));
    check("--model", model, specs.stream().map(EmbeddingSpec::model));
    throw new Usage(
        "--provider "
            + provider
            + " --model "
            + model
            + ": the cache holds no vectors of this provider and model; cache stats lists its"
            + " contents");
  }

  private static void check(String option, String name, Stream<String> cached) {
    List<String> names = cached.distinct().sorted().toList();
    if (name != null && !names.contains(name)) {
      throw new Usage(
          option
              + " "
              + name
              + ": the cache holds no vectors of it"
              + (names.isEmpty() ? "; it is empty" : NameHint.among(name, names)));
    }
  }
}
