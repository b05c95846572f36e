package dev.embedctl.provider;

import java.time.Clock;
import java.util.Optional;

/**
 * OpenAI's embeddings API, which many servers speak. Source: OpenAI's published OpenAPI
 * description.
 */
final class OpenAi {
  /** Its words. */
  static final OpenAiWords WORDS =
      new OpenAiWords(
          "dimensions",
          Optional.of(new OpenAiWords.Asking("encoding_format", "base64")),
          Optional.empty(),
          Optional.empty());

  private OpenAi() {}

  static WireFormat format(Clock clock) {
    return new OpenAiFormat(WORDS, new HttpErrors(clock));
  }
}
