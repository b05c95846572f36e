package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.remote.auth.Expiring;
import java.net.URI;
import java.util.Map;

/**
 * Workload identity federation of Google Cloud: the token of another platform is exchanged for one
 * of Google (RFC 8693). Source: cloud.google.com/iam/docs/workload-identity-federation.
 */
final class FederatedWorkload implements TokenSource {
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private final TokenRequests requests;
  private final String description;
  private final String audience;
  private final String subjectTokenType;
  private final SubjectToken subjectToken;
  private final URI issuer;

  /** A workload; the audience is the provider of its pool. */
  FederatedWorkload(
      TokenRequests requests,
      String description,
      String audience,
      String subjectTokenType,
      SubjectToken subjectToken,
      URI issuer) {
    this.requests = requests;
    this.description = description;
    this.audience = audience;
    this.subjectTokenType = subjectTokenType;
    this.subjectToken = subjectToken;
    this.issuer = issuer;
  }

  @Override
  public Expiring<String> get() throws ProviderException, InterruptedException {
    return requests.form(
        issuer.getHost(),
        issuer,
        Map.of(
            "grant_type",
            EXCHANGE,
            "audience",
            audience,
            "scope",
            GoogleCredentials.SCOPE,
            "requested_token_type",
            ACCESS_TOKEN,
            "subject_token_type",
            subjectTokenType,
            "subject_token",
            subjectToken.read()));
  }

  @Override
  public String description() {
    return description;
  }
}
