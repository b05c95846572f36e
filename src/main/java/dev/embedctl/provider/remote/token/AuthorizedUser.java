package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.remote.auth.Expiring;
import java.net.URI;
import java.util.Map;

/**
 * A user who signed in with {@code gcloud auth application-default login}: a refresh token, which
 * is exchanged for access tokens (RFC 6749, section 6).
 */
final class AuthorizedUser implements TokenSource {
  private final TokenRequests requests;
  private final String description;
  private final String clientId;
  private final String clientSecret;
  private final String refreshToken;
  private final URI issuer;

  AuthorizedUser(
      TokenRequests requests,
      String description,
      String clientId,
      String clientSecret,
      String refreshToken,
      URI issuer) {
    this.requests = requests;
    this.description = description;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.refreshToken = refreshToken;
    this.issuer = issuer;
  }

  @Override
  public Expiring<String> get() throws ProviderException, InterruptedException {
    return requests.form(
        issuer.getHost(),
        issuer,
        Map.of(
            "grant_type",
            "refresh_token",
            "client_id",
            clientId,
            "client_secret",
            clientSecret,
            "refresh_token",
            refreshToken));
  }

  @Override
  public String description() {
    return description;
  }
}
