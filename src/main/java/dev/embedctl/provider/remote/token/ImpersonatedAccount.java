package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.remote.auth.Expiring;
import java.net.URI;

/**
 * A service account of Google Cloud that other credentials may act as. Source:
 * cloud.google.com/iam/docs/reference/credentials/rest ({@code generateAccessToken}).
 */
final class ImpersonatedAccount implements TokenSource {
  private static final String BODY =
      "{\"scope\":[\"" + GoogleCredentials.SCOPE + "\"],\"lifetime\":\"3600s\"}";

  private final TokenRequests requests;
  private final TokenSource actor;
  private final URI address;

  /** An account that these credentials act as. */
  ImpersonatedAccount(TokenRequests requests, TokenSource actor, URI address) {
    this.requests = requests;
    this.actor = actor;
    this.address = address;
  }

  @Override
  public Expiring<String> get() throws ProviderException, InterruptedException {
    return requests.json(address.getHost(), address, BODY, actor.get().value());
  }

  @Override
  public String description() {
    return actor.description();
  }
}
