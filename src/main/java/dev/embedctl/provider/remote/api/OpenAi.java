package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.remote.errors.HttpErrors;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * OpenAI's embeddings API, which many servers support. Source: OpenAI's published OpenAPI
 * description.
 */
public final class OpenAi {
  /** Its names of fields. */
  static final OpenAiWords WORDS =
      new OpenAiWords(
          "dimensions",
          Optional.of(new OpenAiWords.Asking("encoding_format", "base64")),
          Optional.empty(),
          Optional.empty());

  /** Words in errors of compatible servers that do not name the parameter. */
  private static final Pattern EVERY_REQUEST =
      Pattern.compile("dimension|invalid model", Pattern.CASE_INSENSITIVE);

  private OpenAi() {}

  public static WireFormat format(Clock clock) {
    return new OpenAiFormat(WORDS, errors(clock));
  }

  /** The API for jobs. */
  public static BatchFormat batches(URI base, EmbeddingSpec spec, Clock clock) {
    return new OpenAiBatches(base, spec, new OpenAiFormat(WORDS, errors(clock)));
  }

  /** The meaning of its errors. */
  static HttpErrors errors(Clock clock) {
    return new HttpErrors(clock, EVERY_REQUEST);
  }
}
