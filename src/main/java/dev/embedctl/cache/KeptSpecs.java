package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The specs under which the vectors of one spec are stored. Properties that do not change a vector
 * are not part of its key: dimensions that the model has anyway, the spelling of an endpoint, and
 * the treatment of long texts if the text is not long. Older versions stored a text under each of
 * them.
 */
final class KeptSpecs {
  private final EmbeddingSpec asked;

  KeptSpecs(EmbeddingSpec asked) {
    this.asked = asked;
  }

  /** The spec of a text that is not cut; all new vectors are in its folder. */
  EmbeddingSpec home() {
    return ofWhole().getFirst();
  }

  /** The specs for the vector of a text that is not cut; new ones are stored under the first. */
  List<EmbeddingSpec> ofWhole() {
    return spellings(EnumSet.of(Oversize.ERROR, Oversize.TRUNCATE), Oversize.ERROR);
  }

  /**
   * The specs for the vector of a text that may be cut; new ones are stored under the first.
   * Vectors that were stored while long texts were errors belong to whole texts. If long texts are
   * averaged, each window is a whole text.
   */
  List<EmbeddingSpec> ofPerhapsCut() {
    return switch (asked.oversize()) {
      case ERROR, AVERAGE -> spellings(EnumSet.of(Oversize.ERROR), Oversize.ERROR);
      case TRUNCATE -> spellings(EnumSet.of(Oversize.ERROR, Oversize.TRUNCATE), Oversize.TRUNCATE);
    };
  }

  private List<EmbeddingSpec> spellings(Set<Oversize> treatments, Oversize first) {
    List<EmbeddingSpec> specs = new ArrayList<>();
    specs.add(with(asked.endpoint(), dimensions().getFirst(), first));
    for (String endpoint : endpoints()) {
      for (OptionalInt dimensions : dimensions()) {
        for (Oversize oversize : treatments) {
          // Not a set: a record's hash code takes 15 ms when it is computed first.
          if (!endpoint.equals(asked.endpoint())
              || !dimensions.equals(dimensions().getFirst())
              || oversize != first) {
            specs.add(with(endpoint, dimensions, oversize));
          }
        }
      }
    }
    return List.copyOf(specs);
  }

  private List<String> endpoints() {
    return Stream.concat(Stream.of(asked.endpoint()), asked.typedEndpoint().stream()).toList();
  }

  /** Vectors without requested dimensions may have the right ones, which is checked later. */
  private List<OptionalInt> dimensions() {
    OptionalInt own = asked.ownDimensions();
    if (asked.dimensions().isEmpty() || asked.dimensions().equals(own)) {
      return own.isEmpty() ? List.of(OptionalInt.empty()) : List.of(OptionalInt.empty(), own);
    }
    return own.isEmpty()
        ? List.of(asked.dimensions(), OptionalInt.empty())
        : List.of(asked.dimensions());
  }

  private EmbeddingSpec with(String endpoint, OptionalInt dimensions, Oversize oversize) {
    return new EmbeddingSpec(
        asked.provider(),
        endpoint,
        asked.model(),
        dimensions,
        asked.inputType(),
        oversize,
        asked.revision());
  }
}
