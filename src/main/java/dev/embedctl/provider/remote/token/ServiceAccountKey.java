package dev.embedctl.provider.remote.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.remote.auth.Expiring;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The key of a service account of Google Cloud. It signs a short-lived JWT, which is exchanged for
 * a token (RFC 7523). Source: developers.google.com/identity/protocols/oauth2/service-account.
 */
final class ServiceAccountKey implements TokenSource {
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final Duration LONGEST = Duration.ofHours(1);

  private final TokenRequests requests;
  private final String description;
  private final String account;
  private final Optional<String> keyId;
  private final PrivateKey key;
  private final URI issuer;

  /** The key of an account; the issuer of tokens is also the audience of the JWT. */
  ServiceAccountKey(
      TokenRequests requests,
      String description,
      String account,
      Optional<String> keyId,
      PrivateKey key,
      URI issuer) {
    this.requests = requests;
    this.description = description;
    this.account = account;
    this.keyId = keyId;
    this.key = key;
    this.issuer = issuer;
  }

  @Override
  public Expiring<String> get() throws ProviderException, InterruptedException {
    return requests.form(
        issuer.getHost(), issuer, Map.of("grant_type", GRANT, "assertion", assertion()));
  }

  private String assertion() {
    Instant now = requests.now();
    String header =
        object(
            json -> {
              json.writeStringField("alg", "RS256");
              json.writeStringField("typ", "JWT");
              if (keyId.isPresent()) {
                json.writeStringField("kid", keyId.get());
              }
            });
    String claims =
        object(
            json -> {
              json.writeStringField("iss", account);
              json.writeStringField("scope", GoogleCredentials.SCOPE);
              json.writeStringField("aud", issuer.toString());
              json.writeNumberField("iat", now.getEpochSecond());
              json.writeNumberField("exp", now.plus(LONGEST).getEpochSecond());
            });
    return SignedJwt.of(header, claims, key);
  }

  /** Writes the members of an object. */
  @FunctionalInterface
  private interface Members {
    void to(JsonGenerator json) throws IOException;
  }

  private static String object(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      members.to(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  @Override
  public String description() {
    return description;
  }
}
