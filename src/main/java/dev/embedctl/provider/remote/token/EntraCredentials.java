package dev.embedctl.provider.remote.token;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.Issuers;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The credentials of Microsoft Entra ID in an environment, with the variables of Azure's own
 * libraries: an application with a secret, an application with a federated token, a managed
 * identity. Source: learn.microsoft.com/entra/identity/managed-identities-azure-resources and
 * learn.microsoft.com/azure/app-service/overview-managed-identity.
 */
public final class EntraCredentials {
  private static final String TENANT = "AZURE_TENANT_ID";
  private static final String CLIENT = "AZURE_CLIENT_ID";
  private static final String SECRET = "AZURE_CLIENT_SECRET";
  private static final String TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";
  private static final String AUTHORITY = "AZURE_AUTHORITY_HOST";
  private static final String ENDPOINT = "IDENTITY_ENDPOINT";
  private static final String ENDPOINT_HEADER = "IDENTITY_HEADER";
  private static final String IMDS = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

  private static final String USUAL_AUTHORITY = "https://login.microsoftonline.com";
  private static final String USUAL_IMDS = "http://169.254.169.254";

  private final Map<String, String> env;

  private EntraCredentials(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  /** The credentials in an environment; nothing is sent. */
  public static EntraCredentials in(Map<String, String> env) {
    return new EntraCredentials(env);
  }

  /** Whether credentials are set, or a variable names the server of the machine's identity. */
  public boolean areSet() {
    return !areOfTheMachine() || isSet(IMDS);
  }

  /** Whether only the machine's own managed identity is left, which may not exist. */
  public boolean areOfTheMachine() {
    return !isApplication(SECRET) && !isApplication(TOKEN_FILE) && !isAppService();
  }

  private boolean isApplication(String proof) {
    return Stream.of(TENANT, CLIENT, proof).allMatch(this::isSet);
  }

  private boolean isAppService() {
    return isSet(ENDPOINT) && isSet(ENDPOINT_HEADER);
  }

  /**
   * What authorises calls to a resource of Azure OpenAI.
   *
   * @throws Usage if a variable contains no address
   */
  public Authorization authorization(URI resource, Issuers issuers, Clock clock) {
    return new TokenAuthorization(
        source(new TokenRequests(issuers, clock), audience(resource)), Map.of(), clock);
  }

  private TokenSource source(TokenRequests requests, String audience) {
    if (isApplication(SECRET)) {
      return application(requests, audience, new EntraApplication.Proof.Secret(value(SECRET)));
    }
    if (isApplication(TOKEN_FILE)) {
      FileToken token = new FileToken(value(TOKEN_FILE), TOKEN_FILE, Optional.empty());
      return application(requests, audience, new EntraApplication.Proof.Federated(token));
    }
    return isAppService() ? appService(requests, audience) : machine(requests, audience);
  }

  private TokenSource application(
      TokenRequests requests, String audience, EntraApplication.Proof proof) {
    String authority = isSet(AUTHORITY) ? value(AUTHORITY) : USUAL_AUTHORITY;
    String tenant = value(TENANT);
    if (!tenant.matches("[A-Za-z0-9.-]++")) {
      throw new Usage(TENANT + " is not the id or the domain of a tenant: " + tenant);
    }
    try {
      return new EntraApplication(
          requests,
          SafeAddress.of(
              (authority.contains("://") ? authority : "https://" + authority).replaceAll("/+$", "")
                  + "/"
                  + tenant
                  + "/oauth2/v2.0/token"),
          value(CLIENT),
          audience + "/.default",
          proof);
    } catch (URISyntaxException e) {
      throw new Usage(AUTHORITY + " " + authority + ": " + e.getReason());
    }
  }

  private TokenSource appService(TokenRequests requests, String audience) {
    return identity(
        requests,
        "the managed identity at " + ENDPOINT,
        address(ENDPOINT, value(ENDPOINT)),
        "2019-08-01",
        audience,
        Map.of("X-IDENTITY-HEADER", value(ENDPOINT_HEADER)),
        "no managed identity answers at the address in " + ENDPOINT);
  }

  private TokenSource machine(TokenRequests requests, String audience) {
    String host = isSet(IMDS) ? value(IMDS).replaceAll("/+$", "") : USUAL_IMDS;
    return identity(
        requests,
        "this machine's managed identity",
        address(IMDS, host + "/metadata/identity/oauth2/token"),
        "2018-02-01",
        audience,
        Map.of("Metadata", "true"),
        "no credentials were found: set AZURE_OPENAI_API_KEY, or "
            + String.join(", ", TENANT, CLIENT)
            + " and "
            + SECRET
            + " (no managed identity answers at "
            + host
            + ")");
  }

  private TokenSource identity(
      TokenRequests requests,
      String description,
      URI address,
      String version,
      String audience,
      Map<String, String> headers,
      String missing) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("api-version", version);
    query.put("resource", audience);
    if (isSet(CLIENT)) {
      query.put("client_id", value(CLIENT));
    }
    return new MachineIdentity(
        requests,
        description,
        URI.create(address + "?" + TokenRequests.encoded(query)),
        headers,
        missing);
  }

  private static URI address(String variable, String text) {
    try {
      URI address = new URI(text);
      if (address.getHost() != null && address.getRawQuery() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw new Usage(variable + " is not an address: " + e.getReason());
    }
    throw new Usage(variable + " is not an address: " + text);
  }

  /** The audience of tokens in the cloud of a resource: the public one, or a national one. */
  private static String audience(URI resource) {
    String host = String.valueOf(resource.getHost());
    return "https://cognitiveservices.azure."
        + (host.endsWith(".azure.us") ? "us" : host.endsWith(".azure.cn") ? "cn" : "com");
  }

  private boolean isSet(String variable) {
    return !env.getOrDefault(variable, "").isBlank();
  }

  private String value(String variable) {
    return env.get(variable).strip();
  }
}
