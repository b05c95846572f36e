package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.remote.errors.HttpErrors;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Pattern;

/** Voyage AI's embeddings API. Source: docs.voyageai.com/reference/embeddings-api. */
public final class Voyage {
  private static final OpenAiWords WORDS =
      new OpenAiWords(
          "output_dimension",
          // The only value that the API supports.
          Optional.of(new OpenAiWords.Asking("encoding_format", "base64")),
          Optional.of(new OpenAiWords.InputTypes("input_type", "query", "document")),
          Optional.of("truncation"));

  private static final Pattern EVERY_REQUEST =
      Pattern.compile(
          "model .{0,100}is not supported|argument '(?!input')[^']{1,40}' is not valid",
          Pattern.CASE_INSENSITIVE);

  private Voyage() {}

  public static WireFormat format(Clock clock) {
    return openAiFormat(clock);
  }

  private static OpenAiFormat openAiFormat(Clock clock) {
    return new OpenAiFormat(WORDS, new HttpErrors(clock, EVERY_REQUEST));
  }

  /** The API for jobs. */
  public static BatchFormat batches(URI base, EmbeddingSpec spec, Clock clock) {
    OpenAiFormat format = openAiFormat(clock);
    return new OpenAiBatches(base, spec, format, new VoyageJobs(spec, format));
  }
}
