package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.remote.errors.HttpErrors;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;

/** Mistral's embeddings API. Source: docs.mistral.ai, and its error glossary. */
public final class Mistral {
  private static final OpenAiWords WORDS =
      new OpenAiWords(
          "output_dimension",
          // Numbers, since the content of its base64 is not documented.
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private Mistral() {}

  public static WireFormat format(Clock clock) {
    return openAiFormat(clock);
  }

  private static OpenAiFormat openAiFormat(Clock clock) {
    return new OpenAiFormat(WORDS, new HttpErrors(clock));
  }

  /** The API for jobs. */
  public static BatchFormat batches(URI base, EmbeddingSpec spec, Clock clock) {
    OpenAiFormat format = openAiFormat(clock);
    return new OpenAiBatches(base, spec, format, new MistralJobs(spec, format));
  }
}
