package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Under which specs the vectors of one spec are kept. What changes nothing for a text is no part of
 * its key: dimensions that the model has anyway, the spelling of an endpoint, and the treatment of
 * long texts where the text is not long. Older versions kept a text under each of them.
 */
final class KeptSpecs {
  private final EmbeddingSpec asked;

  KeptSpecs(EmbeddingSpec asked) {
    this.asked = asked;
  }

  /** The spec of a text that is not cut; all new vectors lie in its folder. */
  EmbeddingSpec home() {
    return ofWhole().getFirst();
  }

  /** What the vector of a text that is not cut may be kept under; new ones under the first. */
  List<EmbeddingSpec> ofWhole() {
    return spellings(EnumSet.of(Oversize.ERROR, Oversize.TRUNCATE), Oversize.ERROR);
  }

  /**
   * What the vector of a text that may be cut may be kept under; new ones under the first. What was
   * kept while long texts were errors is the vector of the whole text; and where long texts are
   * averaged, each window is a whole text of its own.
   */
  List<EmbeddingSpec> ofPerhapsCut() {
    return switch (asked.oversize()) {
      case ERROR, AVERAGE -> spellings(EnumSet.of(Oversize.ERROR), Oversize.ERROR);
      case TRUNCATE -> spellings(EnumSet.of(Oversize.ERROR, Oversize.TRUNCATE), Oversize.TRUNCATE);
    };
  }

  private List<EmbeddingSpec> spellings(Set<Oversize> treatments, Oversize first) {
    Set<EmbeddingSpec> specs = new LinkedHashSet<>();
    specs.add(with(asked.endpoint(), dimensions().getFirst(), first));
    for (String endpoint : endpoints()) {
      for (OptionalInt dimensions : dimensions()) {
        treatments.forEach(oversize -> specs.add(with(endpoint, dimensions, oversize)));
      }
    }
    return List.copyOf(specs);
  }

  private List<String> endpoints() {
    return Stream.concat(Stream.of(asked.endpoint()), asked.typedEndpoint().stream()).toList();
  }

  /** Vectors without dimensions asked for may have the right number of them; that is looked at. */
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
