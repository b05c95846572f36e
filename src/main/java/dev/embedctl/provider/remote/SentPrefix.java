package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.ModelPrefixes;
import dev.embedctl.provider.remote.api.WireFormat;
import java.util.Optional;

/**
 * What is sent before each text: the prefix of the settings, else the one that the API's format
 * adds, else the model's own prefix for the purpose of texts if the API has no field for it.
 *
 * @param spec the spec of the requests, without a purpose of texts that the prefix replaces
 * @param revision the part of the spec's revision; empty if there is no prefix
 */
record SentPrefix(EmbeddingSpec spec, String text, String revision) {

  /**
   * The prefix of a run.
   *
   * @param typed the prefix of the settings, if they have one
   * @param model what the catalog knows about the model at this provider
   * @param listener receives a warning if the model wants a prefix and gets none
   * @throws Usage if two prefixes contradict each other
   */
  static SentPrefix of(
      EmbeddingSpec spec,
      Optional<String> typed,
      WireFormat format,
      CatalogModel model,
      ServerListener listener) {
    String ofFormat = format.prefix(spec);
    if (typed.isPresent()) {
      if (!ofFormat.isEmpty()) {
        throw new Usage(
            Parameter.PREFIX
                + " contradicts "
                + Parameter.INPUT_TYPE
                + ", for which "
                + spec.model()
                + " gets a prefix already; drop one");
      }
      return new SentPrefix(spec, typed.get(), revision(typed.get()));
    }
    if (!ofFormat.isEmpty()) {
      return new SentPrefix(spec, ofFormat, ofFormat);
    }
    // No model with a tokenizer of OpenAI was trained with a prefix, and the file is not read.
    Optional<ModelPrefixes> known =
        model.tokenizer().isEmpty() ? ModelPrefixes.of(spec.model()) : Optional.empty();
    if (known.isPresent() && spec.inputType().isPresent() && !format.takesInputType()) {
      String own = known.get().before(spec.inputType().get());
      return new SentPrefix(withoutInputType(spec), own, revision(own));
    }
    if (known.isPresent() && spec.inputType().isEmpty()) {
      listener.warned(unprompted(spec.model(), known.get()));
    }
    return new SentPrefix(spec, "", "");
  }

  /** Begins with a word, so that no prefix equals another part of a revision. */
  private static String revision(String prefix) {
    return prefix.isEmpty() ? "" : "prefix " + prefix;
  }

  private static EmbeddingSpec withoutInputType(EmbeddingSpec spec) {
    return new EmbeddingSpec(
        spec.provider(),
        spec.endpoint(),
        spec.model(),
        spec.dimensions(),
        Optional.empty(),
        spec.oversize(),
        spec.revision(),
        spec.ownDimensions(),
        spec.typedEndpoint());
  }

  private static String unprompted(String model, ModelPrefixes known) {
    return model
        + " was trained with a prefix before "
        + (known.document().isEmpty() ? "queries" : "each text")
        + ": set "
        + Parameter.INPUT_TYPE
        + " query or document, or your own "
        + Parameter.PREFIX
        + " (an empty one sends texts as they are)";
  }
}
