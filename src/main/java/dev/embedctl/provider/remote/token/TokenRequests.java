package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.Issuers;
import dev.embedctl.provider.remote.auth.JsonFields;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.RetryAfter;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Requests for tokens, and the meaning of the replies to them. */
final class TokenRequests {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int OK = 200;
  private static final Set<Integer> MAY_HEAL = Set.of(408, 410, 425, 429);
  private static final int SERVER_ERRORS = 500;
  private static final int LONGEST_WORDS = 300;
  private static final int SHORTEST_SECRET = 8;

  /** Google's words for a clock that is wrong by more than some minutes. */
  private static final String WRONG_TIME = "reasonable timeframe";

  /** The fields of a form that hold secrets. */
  private static final List<String> SECRETS =
      List.of("assertion", "client_assertion", "client_secret", "refresh_token", "subject_token");

  private final Issuers issuers;
  private final Clock clock;

  TokenRequests(Issuers issuers, Clock clock) {
    this.issuers = issuers;
    this.clock = clock;
  }

  /** The present time. */
  Instant now() {
    return clock.instant();
  }

  /** Posts a form, as OAuth 2.0 describes. */
  Expiring<String> form(String issuer, URI address, Map<String, String> form)
      throws ProviderException, InterruptedException {
    return token(
        new Request(issuer, TIMEOUT, SECRETS.stream().flatMap(name -> of(form, name)).toList()),
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form))));
  }

  /** Posts JSON with another token. */
  Expiring<String> json(String issuer, URI address, String json, String bearer)
      throws ProviderException, InterruptedException {
    return token(
        new Request(issuer, TIMEOUT, List.of(bearer)),
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + bearer)
            .POST(BodyPublishers.ofString(json)));
  }

  /** Gets a token from a server of this machine. */
  Expiring<String> get(String issuer, URI address, Map<String, String> headers, Duration timeout)
      throws ProviderException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    headers.forEach(request::header);
    return token(new Request(issuer, timeout, secretsIn(headers)), request);
  }

  /** The body of a successful reply to a request that is no request for a token of the provider. */
  byte[] fetched(String issuer, URI address, Map<String, String> headers)
      throws ProviderException, InterruptedException {
    HttpRequest.Builder http = HttpRequest.newBuilder(address);
    headers.forEach(http::header);
    return successful(new Request(issuer, TIMEOUT, secretsIn(headers)), http).body();
  }

  /** The values of headers, and what stands behind the scheme of an authorization. */
  private static List<String> secretsIn(Map<String, String> headers) {
    return headers.values().stream()
        .flatMap(value -> Stream.of(value, value.substring(value.lastIndexOf(' ') + 1)))
        .toList();
  }

  private static Stream<String> of(Map<String, String> form, String name) {
    return Stream.ofNullable(form.get(name));
  }

  /** A request for a token, with the secrets that it contains. */
  private record Request(String issuer, Duration timeout, List<String> secrets) {
    String scrubbed(String words) {
      String left = words;
      for (String secret : secrets) {
        left = secret.length() < SHORTEST_SECRET ? left : left.replace(secret, "***");
      }
      return left;
    }
  }

  /** The pairs of a form, or of a query. */
  static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Expiring<String> token(Request request, HttpRequest.Builder http)
      throws ProviderException, InterruptedException {
    HttpResponse<byte[]> reply = successful(request, http.header("Accept", "application/json"));
    try {
      return read(JsonFields.of(reply.body()));
    } catch (IOException e) {
      throw new Transient(
          "the reply of " + request.issuer() + " has no token: " + e.getMessage(),
          Kind.SERVER_ERROR,
          Optional.empty(),
          null);
    }
  }

  /** The reply; without one, nothing was sent to the provider, however long it took. */
  private HttpResponse<byte[]> successful(Request request, HttpRequest.Builder http)
      throws ProviderException, InterruptedException {
    HttpResponse<byte[]> reply;
    try {
      reply = issuers.send(request.issuer(), http.build(), request.timeout());
    } catch (Transient e) {
      throw e.as(Kind.UNREACHED);
    }
    if (reply.statusCode() != OK) {
      throw refusal(request, reply);
    }
    return reply;
  }

  private Expiring<String> read(JsonFields reply) throws IOException {
    String token =
        reply
            .at("access_token")
            .or(() -> reply.at("accessToken"))
            .filter(text -> text.chars().allMatch(c -> c > ' ' && c < 0x7F))
            .orElseThrow(() -> new IOException("its access_token is missing or cannot be sent"));
    return new Expiring<>(token, end(reply));
  }

  /** The end of a token: a number of seconds, or a time; some issuers send both as strings. */
  private Optional<Instant> end(JsonFields reply) throws IOException {
    try {
      return reply
          .at("expires_in")
          .map(seconds -> now().plusSeconds(Long.parseLong(seconds)))
          .or(() -> reply.at("expires_on").map(Long::parseLong).map(Instant::ofEpochSecond))
          .or(() -> reply.at("expireTime").map(Instant::parse));
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      throw new IOException("it states the end of the token in an unknown form");
    }
  }

  private ProviderException refusal(Request request, HttpResponse<byte[]> reply) {
    ErrorBody error = ErrorBody.of(reply.body());
    int status = reply.statusCode();
    String stated =
        error.valuesNamed("error_description").stream()
            .flatMap(String::lines)
            .findFirst()
            .orElse(error.message());
    String words = request.scrubbed(stated);
    String message =
        "HTTP "
            + status
            + (words.isEmpty() ? "" : ": ")
            + words.substring(0, Math.min(words.length(), LONGEST_WORDS));
    if (MAY_HEAL.contains(status) || status >= SERVER_ERRORS) {
      return new Transient(
          request.issuer() + " issued no token: " + message,
          Kind.SERVER_ERROR,
          RetryAfter.in(reply.headers(), clock),
          null);
    }
    String refused = request.issuer() + " refused to issue a token: " + message;
    return words.contains(WRONG_TIME)
        ? new Hopeless(Reason.CLOCK, refused + " (is this machine's clock right?)")
        : new Hopeless(Reason.CREDENTIALS, refused);
  }
}
