package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.remote.errors.HttpErrors;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * OpenAI's embeddings API, which many servers speak. Source: OpenAI's published OpenAPI
 * description.
 */
public final class OpenAi {
  /** Its words. */
  static final OpenAiWords WORDS =
      new OpenAiWords(
          "dimensions",
          Optional.of(new OpenAiWords.Asking("encoding_format", "base64")),
          Optional.empty(),
          Optional.empty());

  /** What servers that speak it say, without naming the parameter, when they have no such thing. */
  private static final Pattern EVERY_REQUEST =
      Pattern.compile("dimension|invalid model", Pattern.CASE_INSENSITIVE);

  private OpenAi() {}

  public static WireFormat format(Clock clock) {
    return new OpenAiFormat(WORDS, errors(clock));
  }

  /** What its refusals mean. */
  static HttpErrors errors(Clock clock) {
    return new HttpErrors(clock, EVERY_REQUEST);
  }
}
