package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What statuses mean, and error bodies as OpenAI and most others write them. */
final class HttpErrors {
  /** How a failure begins that a key, or another one, would heal. */
  static final String KEY_REFUSED = "the key was refused";

  /** Codes of a 429 that no wait heals: there is no money left. */
  private static final Set<String> NO_MONEY =
      Set.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "billing_hard_limit_reached",
          "AUTHZ_INSUFFICIENT_BALANCE");

  /** Parameters of a 400 that every request of the run has in common. */
  private static final Set<String> OF_THE_RUN =
      Set.of("model", "dimensions", "encoding_format", "user");

  /** Codes and types of a 400 that say that there is no such model. */
  private static final Set<String> NO_MODEL = Set.of("invalid_model", "model_not_found");

  private static final Pattern NOTHING = Pattern.compile("(?!)");

  /** "Please retry after 55 seconds" (Azure), "Please try again in 1.85s" (OpenAI). */
  private static final Pattern ASKED_WAIT =
      Pattern.compile(
          "(?:retry|try again) (?:after|in) ((?:\\d{1,9}(?:\\.\\d+)?(?:ms|s|m|h))+|\\d{1,9}(?= seconds?))",
          Pattern.CASE_INSENSITIVE);

  /** What llama.cpp says, with a 503 and no Retry-After, until it can serve. */
  private static final String LOADING = "Loading model";

  private static final Duration WHILE_LOADING = Duration.ofSeconds(1);

  private final Clock clock;
  private final Pattern everyRequest;

  HttpErrors(Clock clock) {
    this(clock, NOTHING);
  }

  /**
   * Errors of an API of its own.
   *
   * @param everyRequest what a 400 or 422 says that every request of the run would get
   */
  HttpErrors(Clock clock, Pattern everyRequest) {
    this.clock = clock;
    this.everyRequest = everyRequest;
  }

  ProviderException failure(int status, HttpHeaders headers, byte[] body) {
    ErrorBody error = ErrorBody.of(body);
    String message = error.told(status);
    return switch (status) {
      case 401, 403 ->
          saysOneOf(NO_MONEY, error)
              ? new Hopeless("the account cannot pay: " + message)
              : new Hopeless(KEY_REFUSED + ": " + message);
      case 402 -> new Hopeless("the account cannot pay: " + message);
      case 404 -> new Hopeless("no such model or address: " + message);
      case 400, 413, 422 ->
          isOfTheRun(error)
              ? new Hopeless("the request was refused: " + message)
              : new Refused(message);
      case 429 ->
          saysOneOf(NO_MONEY, error)
              ? new Hopeless("the account's quota is exhausted: " + message)
              : rateLimited(error, message, headers);
      case 408, 409, 424, 425 -> transientFailure(message, Kind.SERVER_ERROR, headers);
      case 503, 529 ->
          message.contains(LOADING)
              ? new Transient(message, Kind.OVERLOADED, Optional.of(WHILE_LOADING), null)
              : transientFailure(message, Kind.OVERLOADED, headers);
      default -> other(status, message, headers);
    };
  }

  private boolean isOfTheRun(ErrorBody error) {
    return OF_THE_RUN.contains(error.field("param"))
        || saysOneOf(NO_MODEL, error)
        || everyRequest.matcher(error.message()).find();
  }

  private static boolean saysOneOf(Set<String> words, ErrorBody error) {
    return words.contains(error.field("code")) || words.contains(error.field("type"));
  }

  /** The headers say how long to wait, else the message may. */
  private Transient rateLimited(ErrorBody error, String message, HttpHeaders headers) {
    Optional<Duration> wait =
        RetryAfter.in(headers, clock)
            .or(
                () ->
                    ASKED_WAIT
                        .matcher(error.message())
                        .results()
                        .findFirst()
                        .flatMap(found -> RateLimitHeaders.duration(found.group(1))));
    return new Transient(message, Kind.RATE_LIMITED, wait, null);
  }

  private ProviderException other(int status, String message, HttpHeaders headers) {
    if (status >= 500) {
      return transientFailure(message, Kind.SERVER_ERROR, headers);
    }
    if (status >= 300 && status < 400) {
      return new Hopeless(
          message
              + ": the address redirects to "
              + headers.firstValue("location").orElse("somewhere else")
              + "; give that as --base-url if it is right");
    }
    return new Hopeless(message);
  }

  private Transient transientFailure(String message, Kind kind, HttpHeaders headers) {
    return new Transient(message, kind, RetryAfter.in(headers, clock), null);
  }
}
