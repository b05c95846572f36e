package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.auth.Issuers;
import dev.embedctl.provider.remote.auth.JsonFields;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sign-in that {@code aws sso login} stored in a file. Near its end it is renewed and stored
 * again, as AWS's tools do, if it has a refresh token: that needs no browser. Source:
 * docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html.
 */
final class SignIn {
  private static final String SERVICE = "IAM Identity Center";
  private static final String TOKEN = "accessToken";
  private static final String END = "expiresAt";
  private static final String REFRESH_TOKEN = "refreshToken";
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Path file;
  private final URI issuer;
  private final Issuers issuers;
  private final Clock clock;

  /**
   * A sign-in.
   *
   * @param issuer the address that renews tokens
   */
  SignIn(Path file, URI issuer, Issuers issuers, Clock clock) {
    this.file = file;
    this.issuer = issuer;
    this.issuers = issuers;
    this.clock = clock;
  }

  /** The valid token; empty if it has ended and cannot be renewed without a browser. */
  Optional<String> token() throws ProviderException, InterruptedException {
    try {
      JsonFields stored = JsonFields.of(Files.readAllBytes(file));
      Instant now = clock.instant();
      Optional<Instant> end = stored.at(END).map(Instant::parse);
      if (stored.at(TOKEN).isEmpty() || end.isEmpty()) {
        return Optional.empty();
      }
      if (end.get().isAfter(now.plus(EARLY))) {
        return stored.at(TOKEN);
      }
      Optional<String> renewed = isRenewable(stored) ? renewed(stored) : Optional.empty();
      return renewed.or(() -> end.get().isAfter(now) ? stored.at(TOKEN) : Optional.empty());
    } catch (IOException | DateTimeException e) {
      throw new Hopeless(
          Reason.CREDENTIALS, file + " cannot be read or written: " + e.getMessage());
    }
  }

  private boolean isRenewable(JsonFields stored) {
    return stored.at(REFRESH_TOKEN).isPresent()
        && stored.at("clientId").isPresent()
        && stored.at("clientSecret").isPresent()
        && stored
            .at("registrationExpiresAt")
            .map(Instant::parse)
            .filter(end -> end.isAfter(clock.instant()))
            .isPresent();
  }

  private Optional<String> renewed(JsonFields stored)
      throws ProviderException, IOException, InterruptedException {
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("grantType", "refresh_token");
    for (String field : new String[] {"clientId", "clientSecret", REFRESH_TOKEN}) {
      asked.put(field, stored.at(field).orElseThrow());
    }
    HttpRequest request =
        HttpRequest.newBuilder(issuer)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(new JsonFields(asked).written()))
            .build();
    HttpResponse<byte[]> reply = issuers.send(SERVICE, request, TIMEOUT);
    if (reply.statusCode() >= 500) {
      throw IssuedCredentials.refused(reply, SERVICE);
    }
    if (reply.statusCode() != 200) {
      return Optional.empty(); // the session itself has ended
    }
    JsonFields issued = JsonFields.of(reply.body());
    if (issued.at(TOKEN).isEmpty() || issued.at("expiresIn").isEmpty()) {
      throw new IOException(SERVICE + " sent no token");
    }
    Map<String, String> next = new TreeMap<>(stored.values());
    next.put(TOKEN, issued.at(TOKEN).get());
    issued.at(REFRESH_TOKEN).ifPresent(token -> next.put(REFRESH_TOKEN, token));
    next.put(END, end(issued.at("expiresIn").get()).toString());
    store(next);
    return issued.at(TOKEN);
  }

  private Instant end(String seconds) throws IOException {
    if (!seconds.matches("\\d{1,9}")) {
      throw new IOException(SERVICE + " sent no time for its token");
    }
    return clock.instant().plusSeconds(Long.parseLong(seconds)).truncatedTo(ChronoUnit.SECONDS);
  }

  /** Replaces the file at once; the new one can be read by its owner only. */
  private void store(Map<String, String> fields) throws IOException {
    Path next = Files.createTempFile(file.toAbsolutePath().getParent(), "embedctl", ".json");
    try {
      Files.write(next, new JsonFields(fields).written());
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
