package dev.embedctl.provider.remote.errors;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.Quota;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the meaning of failed replies in the form of OpenAI and most other APIs. */
public final class HttpErrors {
  /** Codes of a 429 that no wait resolves, since the account has no credit. */
  private static final Set<String> NO_MONEY =
      Set.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "billing_hard_limit_reached",
          "AUTHZ_INSUFFICIENT_BALANCE");

  /** Parameters of a 400 that are the same in every request of a run. */
  private static final Set<String> OF_THE_RUN =
      Set.of("model", "dimensions", "encoding_format", "user");

  private static final Pattern NOTHING = Pattern.compile("(?!)");

  /**
   * "Please retry after 55 seconds" (Azure), "Please try again in 1.85s" (OpenAI), "retry in 2
   * minutes".
   */
  private static final Pattern ASKED_WAIT =
      Pattern.compile(
          "(?:retry|try again|try it again|wait|available|resets?) (?:after |in |for |again in )?"
              + "((?:\\d{1,9}+(?:\\.\\d{1,12}+)?+ ?(?:ms|milliseconds?|seconds?|secs?|s|minutes?"
              + "|mins?|m|hours?|h|days?|d)(?![a-z]) ?){1,4}+)",
          Pattern.CASE_INSENSITIVE);

  private final Clock clock;
  private final Pattern everyRequest;

  public HttpErrors(Clock clock) {
    this(clock, NOTHING);
  }

  /**
   * Errors of another API.
   *
   * @param everyRequest matches messages of a 400 or 422 that every request of the run would get
   */
  public HttpErrors(Clock clock, Pattern everyRequest) {
    this.clock = clock;
    this.everyRequest = everyRequest;
  }

  public ProviderException failure(FailedReply reply) {
    ErrorBody error = reply.body();
    String message = reply.message();
    Optional<Duration> loading = Loading.in(reply);
    if (loading.isPresent()) {
      return new Transient(
          message,
          Kind.LOADING,
          Optional.of(RetryAfter.in(reply.headers(), clock).orElse(loading.get())),
          null);
    }
    return switch (reply.status()) {
      case FailedReply.OK -> new Transient(message, Kind.BAD_REPLY, Optional.empty(), null);
      case 401 -> keyRefused(error, message);
      case 403 ->
          error.isPage()
              ? new Hopeless(Reason.ADDRESS, "refused before it reached the API: " + message)
              : keyRefused(error, message);
      case 402 -> new Hopeless(Reason.MONEY, "the account cannot pay: " + message);
      case 404 ->
          new Hopeless(
              reply.isOfTheModel() ? Reason.MODEL : Reason.ADDRESS,
              "no such model or address: " + message);
      case 405 -> new Hopeless(Reason.ADDRESS, message);
      case 407 -> new Hopeless(Reason.PROXY, message);
      case 400, 413, 422 ->
          isOfTheRun(reply)
              ? new Hopeless(reasonOf(reply), "the request was refused: " + message)
              : new Refused(message);
      case 429 ->
          error.isOneOf(NO_MONEY)
              ? new Hopeless(Reason.MONEY, "the account's quota is exhausted: " + message)
              : rateLimited(error, message, reply.headers());
      case 408, 409, 424, 425 -> transientFailure(message, Kind.SERVER_ERROR, reply.headers());
      case 503, 529 -> transientFailure(message, Kind.OVERLOADED, reply.headers());
      default ->
          reply.status() >= 500
              ? transientFailure(message, Kind.SERVER_ERROR, reply.headers())
              : new Hopeless(reply.status() < 400 ? Reason.ADDRESS : Reason.PARAMETER, message);
    };
  }

  private static Hopeless keyRefused(ErrorBody error, String message) {
    return error.isOneOf(NO_MONEY)
        ? new Hopeless(Reason.MONEY, "the account cannot pay: " + message)
        : new Hopeless(Reason.KEY, "the key was refused: " + message);
  }

  private boolean isOfTheRun(FailedReply reply) {
    return OF_THE_RUN.contains(reply.body().param())
        || reply.namesNoModel()
        || everyRequest.matcher(reply.body().message()).find();
  }

  private static Reason reasonOf(FailedReply reply) {
    ErrorBody error = reply.body();
    if (says("dimension", error)) {
      return Reason.DIMENSIONS;
    }
    if (says("input_type", error) || says("task", error)) {
      return Reason.INPUT_TYPE;
    }
    return reply.isOfTheModel() ? Reason.MODEL : Reason.PARAMETER;
  }

  private static boolean says(String word, ErrorBody error) {
    return error.message().toLowerCase(Locale.ROOT).contains(word);
  }

  /** The wait: the one that the reply requests, else the time until the quota is full again. */
  private Transient rateLimited(ErrorBody error, String message, HttpHeaders headers) {
    Optional<Duration> wait =
        RetryAfter.in(headers, clock)
            .filter(Duration::isPositive)
            .or(() -> asked(error.message()))
            .or(() -> RateLimitHeaders.of(headers).untilReset(clock).filter(Duration::isPositive))
            .or(() -> RetryAfter.in(headers, clock));
    return new Transient(message, Kind.RATE_LIMITED, wait, null);
  }

  private static Optional<Duration> asked(String message) {
    return ASKED_WAIT
        .matcher(message)
        .results()
        .findFirst()
        .flatMap(found -> HeaderTime.duration(found.group(1)));
  }

  /** The rest of the rate limit in a reply's headers. */
  public Quota quota(HttpHeaders headers) {
    return RateLimitHeaders.of(headers).quota(clock);
  }

  private Transient transientFailure(String message, Kind kind, HttpHeaders headers) {
    return new Transient(message, kind, RetryAfter.in(headers, clock), null);
  }
}
