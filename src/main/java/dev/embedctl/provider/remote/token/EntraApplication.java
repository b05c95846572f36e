package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.remote.auth.Expiring;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * An application that is registered in Microsoft Entra ID: its secret, or a token of the platform
 * that it runs on, is exchanged for an access token. Source: learn.microsoft.com/entra/
 * identity-platform/v2-oauth2-client-creds-grant-flow.
 */
final class EntraApplication implements TokenSource {
  private static final String JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final TokenRequests requests;
  private final URI issuer;
  private final String clientId;
  private final String scope;
  private final Proof proof;

  /** An application; the issuer is the token endpoint of its tenant. */
  EntraApplication(TokenRequests requests, URI issuer, String clientId, String scope, Proof proof) {
    this.requests = requests;
    this.issuer = issuer;
    this.clientId = clientId;
    this.scope = scope;
    this.proof = proof;
  }

  /** How the application proves its identity. */
  sealed interface Proof {
    /** A secret. */
    record Secret(String secret) implements Proof {
      @Override
      public String toString() {
        return "Secret";
      }
    }

    /** The token of the platform that it runs on. */
    record Federated(FileToken token) implements Proof {}
  }

  @Override
  public Expiring<String> get() throws ProviderException, InterruptedException {
    Map<String, String> form = new HashMap<>(proven());
    form.put("grant_type", "client_credentials");
    form.put("client_id", clientId);
    form.put("scope", scope);
    return requests.form(issuer.getHost(), issuer, form);
  }

  private Map<String, String> proven() throws ProviderException {
    return switch (proof) {
      case Proof.Secret(String secret) -> Map.of("client_secret", secret);
      case Proof.Federated(FileToken token) ->
          Map.of("client_assertion_type", JWT, "client_assertion", token.read());
    };
  }

  @Override
  public String description() {
    return switch (proof) {
      case Proof.Secret any -> "the application in AZURE_CLIENT_ID with AZURE_CLIENT_SECRET";
      case Proof.Federated any ->
          "the application in AZURE_CLIENT_ID with AZURE_FEDERATED_TOKEN_FILE";
    };
  }
}
