package dev.embedctl.provider;

import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What statuses mean, and error bodies as OpenAI and most others write them. */
final class HttpErrors {
  /** Codes of a 429 that no wait heals: there is no money left. */
  private static final Set<String> NO_MONEY =
      Set.of("insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached");

  /** Parameters of a 400 that every request of the run has in common. */
  private static final Set<String> OF_THE_RUN =
      Set.of("model", "dimensions", "encoding_format", "user");

  /** What llama.cpp says, with a 503 and no Retry-After, until it can serve. */
  private static final String LOADING = "Loading model";

  private static final Duration WHILE_LOADING = Duration.ofSeconds(1);

  private final Clock clock;

  HttpErrors(Clock clock) {
    this.clock = clock;
  }

  ProviderException failure(int status, HttpHeaders headers, byte[] body) {
    ErrorBody error = ErrorBody.of(body);
    String message = error.told(status);
    return switch (status) {
      case 401, 403 -> new Hopeless("the key was refused: " + message);
      case 402 -> new Hopeless("the account cannot pay: " + message);
      case 404 -> new Hopeless("no such model or address: " + message);
      case 400, 413, 422 ->
          OF_THE_RUN.contains(error.field("param"))
              ? new Hopeless("the request was refused: " + message)
              : new Refused(message);
      case 429 ->
          NO_MONEY.contains(error.field("code")) || NO_MONEY.contains(error.field("type"))
              ? new Hopeless("the account's quota is exhausted: " + message)
              : transientFailure(message, Kind.RATE_LIMITED, headers);
      case 408, 409, 424, 425 -> transientFailure(message, Kind.SERVER_ERROR, headers);
      case 503, 529 ->
          message.contains(LOADING)
              ? new Transient(message, Kind.OVERLOADED, Optional.of(WHILE_LOADING), null)
              : transientFailure(message, Kind.OVERLOADED, headers);
      default -> other(status, message, headers);
    };
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
