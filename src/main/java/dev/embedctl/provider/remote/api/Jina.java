package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.remote.errors.HttpErrors;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Pattern;

/** Jina AI's embeddings API. Source: api.jina.ai/openapi.json. */
public final class Jina {
  private static final OpenAiWords WORDS =
      new OpenAiWords(
          "dimensions",
          // Numbers, since the content of its base64 is not documented.
          Optional.empty(),
          Optional.of(new OpenAiWords.InputTypes("task", "retrieval.query", "retrieval.passage")),
          Optional.of("truncate"));

  private static final Pattern EVERY_REQUEST =
      Pattern.compile(
          "using 'model' does not match|model .{0,100}(?:not found|not supported|does not exist)",
          Pattern.CASE_INSENSITIVE);

  private Jina() {}

  public static WireFormat format(Clock clock) {
    return new OpenAiFormat(WORDS, new HttpErrors(clock, EVERY_REQUEST));
  }
}
