package dev.embedctl.provider.remote.errors;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Messages of servers that are still loading their model: llama.cpp ("Loading model"), Hugging Face
 * ("is currently loading", with an estimated time), Ollama and similar ones. The run waits instead
 * of failing.
 */
final class Loading {
  private static final Pattern WORDS =
      Pattern.compile(
          "loading (?:the )?model|(?:currently|still) loading|model is (?:loading|being loaded)"
              + "|model is warming up|model (?:is )?not (?:yet )?ready",
          Pattern.CASE_INSENSITIVE);

  /** What loads only for so long is asked again after that. */
  private static final Duration UNTIL_NEXT_LOOK = Duration.ofSeconds(1);

  private Loading() {}

  /** The wait, if a failed reply states that its server is loading the model. */
  static Optional<Duration> in(FailedReply reply) {
    Optional<Duration> estimate =
        reply.body().valuesNamed("estimated_time").stream()
            .flatMap(seconds -> HeaderTime.duration(seconds).stream())
            .findFirst();
    return reply.status() >= 500
            && (estimate.isPresent() || WORDS.matcher(reply.body().message()).find())
        ? Optional.of(estimate.filter(Duration::isPositive).orElse(UNTIL_NEXT_LOOK))
        : Optional.empty();
  }
}
