package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.errors.AwsErrors;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.remote.errors.HttpErrors;
import dev.embedctl.provider.remote.errors.RetryAfter;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The calls of Bedrock's {@code InvokeModel}, which are the same for each model. Source:
 * docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html and
 * /bedrock/latest/userguide/troubleshooting-api-error-codes.html.
 */
final class BedrockCalls {
  private static final String TOKENS = "x-amzn-bedrock-input-token-count";

  /** Parts of messages that each request of a run would get. */
  private static final Pattern EVERY_REQUEST =
      Pattern.compile(
          "model identifier is invalid|on-demand throughput|(?:extraneous|required) key"
              + "|#/(?:dimensions|output_dimension|input_type|embedding_types|truncate|normalize)",
          Pattern.CASE_INSENSITIVE);

  /** Words of a quota that is full again on the next day. */
  private static final Pattern OF_THE_DAY = Pattern.compile("per day", Pattern.CASE_INSENSITIVE);

  private static final Duration UNTIL_READY = Duration.ofSeconds(2);

  private final Clock clock;
  private final HttpErrors errors;

  BedrockCalls(Clock clock) {
    this.clock = clock;
    this.errors = new HttpErrors(clock, EVERY_REQUEST);
  }

  String path(EmbeddingSpec spec) {
    return "/model/" + UriText.encoded(spec.model()) + "/invoke";
  }

  OptionalLong tokens(HttpHeaders headers) {
    Optional<String> count = headers.firstValue(TOKENS).filter(text -> text.matches("\\d{1,9}"));
    return count.isPresent() ? OptionalLong.of(Long.parseLong(count.get())) : OptionalLong.empty();
  }

  /** The failure for a reply that is not about the signature or the credentials. */
  ProviderException failure(FailedReply reply) {
    String message = reply.message();
    Optional<Duration> wait = RetryAfter.in(reply.headers(), clock);
    return switch (AwsErrors.name(reply)) {
      case "ThrottlingException" ->
          OF_THE_DAY.matcher(reply.body().message()).find()
              ? new Hopeless(Reason.MONEY, "the account's quota is exhausted: " + message)
              : new Transient(message, Kind.RATE_LIMITED, wait, null);
      case "ServiceQuotaExceededException" ->
          new Hopeless(Reason.MONEY, "the account's quota is exhausted: " + message);
      case "ModelNotReadyException" ->
          new Transient(message, Kind.LOADING, Optional.of(wait.orElse(UNTIL_READY)), null);
      case "AccessDeniedException" ->
          new Hopeless(Reason.KEY, "the key may not call the model: " + message);
      default -> errors.failure(reply);
    };
  }
}
