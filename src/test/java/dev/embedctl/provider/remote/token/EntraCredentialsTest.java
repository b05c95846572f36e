package dev.embedctl.provider.remote.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.HttpIssuers;
import dev.embedctl.provider.remote.Proxies;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.tls.Certificates;
import dev.embedctl.testing.SteppedClock;
import dev.embedctl.testing.TokenServer;
import dev.embedctl.testing.TokenServer.Reply;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials of Microsoft Entra ID, against a server on loopback that issues the tokens. */
@Timeout(60)
final class EntraCredentialsTest {
  private static final URI RESOURCE = URI.create("https://ours.openai.azure.com");
  private static final AuthorizedCall CALL =
      new AuthorizedCall("POST", RESOURCE, Map.of(), new byte[0]);

  @TempDir private Path folder;

  private final SteppedClock clock = new SteppedClock();
  private final Map<String, String> env = new TreeMap<>();

  private Authorization authorization(URI resource) {
    return EntraCredentials.in(env)
        .authorization(
            resource, new HttpIssuers(new Proxies(Map.of()), Certificates.of(Map.of())), clock);
  }

  private static String tokenOf(Authorization authorization)
      throws ProviderException, InterruptedException {
    return authorization.headers(CALL).get("Authorization");
  }

  private void application(TokenServer server) {
    env.put("AZURE_TENANT_ID", "our-tenant");
    env.put("AZURE_CLIENT_ID", "our-application");
    env.put("AZURE_AUTHORITY_HOST", server.address() + "/");
  }

  @ParameterizedTest
  @CsvSource({
    "https://ours.openai.azure.com, https://cognitiveservices.azure.com/.default",
    "https://ours.openai.azure.us, https://cognitiveservices.azure.us/.default",
    "http://127.0.0.1:1, https://cognitiveservices.azure.com/.default",
  })
  void anApplicationSendsItsSecretAndTheScopeOfItsCloud(URI resource, String scope)
      throws Exception {
    try (TokenServer server = new TokenServer(request -> Reply.token("applications"))) {
      application(server);
      env.put("AZURE_CLIENT_SECRET", "very-secret");
      Authorization authorization = authorization(resource);

      assertTrue(EntraCredentials.in(env).areSet());
      assertEquals("Bearer applications", tokenOf(authorization));
      assertEquals("/our-tenant/oauth2/v2.0/token", server.requests().get(0).path());
      assertEquals(
          Map.of(
              "grant_type",
              "client_credentials",
              "client_id",
              "our-application",
              "client_secret",
              "very-secret",
              "scope",
              scope),
          server.requests().get(0).form());
      assertFalse(authorization.note(Reason.KEY).contains("very-secret"));
    }
  }

  @Test
  void aWorkloadSendsTheTokenThatItsFileHasAtThatTime() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "platform-token-1\n");
    try (TokenServer server = new TokenServer(request -> Reply.token("workloads"))) {
      application(server);
      env.put("AZURE_FEDERATED_TOKEN_FILE", file.toString());
      Authorization authorization = authorization(RESOURCE);

      assertEquals("Bearer workloads", tokenOf(authorization));
      Files.writeString(file, "platform-token-2\n");
      clock.pass(Duration.ofHours(1));
      tokenOf(authorization);

      Map<String, String> form = server.requests().get(0).form();
      assertEquals(
          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          form.get("client_assertion_type"));
      assertEquals("platform-token-1", form.get("client_assertion"));
      assertEquals("platform-token-2", server.requests().get(1).form().get("client_assertion"));
    }
  }

  @Test
  void aTokenFileThatIsMissingIsNamed() throws Exception {
    try (TokenServer server = new TokenServer(request -> Reply.token("never"))) {
      application(server);
      env.put("AZURE_FEDERATED_TOKEN_FILE", folder.resolve("none").toString());

      Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization(RESOURCE)));

      assertEquals(
          "the token in "
              + folder.resolve("none")
              + " (named by AZURE_FEDERATED_TOKEN_FILE) cannot be read: there is no such file",
          failure.getMessage());
      assertEquals(0, server.requests().size());
    }
  }

  /** Both servers send numbers as strings, and one of them the end as a time. */
  @Test
  void aMachineAsksItsMetadataServerForItsManagedIdentity() throws Exception {
    try (TokenServer server =
        new TokenServer(
            request ->
                new Reply(
                    200,
                    """
                    {"access_token": "machines", "client_id": "c", "expires_in": "86399",
                     "expires_on": "1767409445", "ext_expires_in": "86399", "not_before": "1767322745",
                     "resource": "https://cognitiveservices.azure.com", "token_type": "Bearer"}
                    """))) {
      env.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.address());
      env.put("AZURE_CLIENT_ID", "user-assigned");

      assertTrue(EntraCredentials.in(env).areSet());
      assertEquals("Bearer machines", tokenOf(authorization(RESOURCE)));
      TokenServer.Request request = server.requests().get(0);
      assertEquals("/metadata/identity/oauth2/token", request.path());
      assertEquals("true", request.headers().get("metadata"));
      assertEquals(
          Map.of(
              "api-version",
              "2018-02-01",
              "resource",
              "https://cognitiveservices.azure.com",
              "client_id",
              "user-assigned"),
          request.parameters());
    }
  }

  @Test
  void anAppServiceAsksItsEndpointAndTheTokenIsRenewedBeforeItsEnd() throws Exception {
    try (TokenServer server =
        new TokenServer(
            request ->
                new Reply(
                    200,
                    "{\"access_token\":\"services\",\"expires_on\":\""
                        + clock.instant().plusSeconds(7200).getEpochSecond()
                        + "\",\"token_type\":\"Bearer\"}"))) {
      env.put("IDENTITY_ENDPOINT", server.address() + "/msi/token");
      env.put("IDENTITY_HEADER", "header-secret");
      Authorization authorization = authorization(RESOURCE);

      for (int minute = 0; minute < 6 * 60; minute++) {
        assertEquals("Bearer services", tokenOf(authorization));
        clock.pass(Duration.ofMinutes(1));
      }

      assertEquals(4, server.requests().size()); // every 115 minutes
      TokenServer.Request request = server.requests().get(0);
      assertEquals("/msi/token", request.path());
      assertEquals("header-secret", request.headers().get("x-identity-header"));
      assertEquals(
          Map.of("api-version", "2019-08-01", "resource", "https://cognitiveservices.azure.com"),
          request.parameters());
    }
  }

  /** The reply is from thobach/MMM-MicrosoftToDo#33, shortened. */
  @Test
  void aWrongSecretIsSaidInTheFirstLineOfItsDescription() throws Exception {
    try (TokenServer server =
        new TokenServer(
            request ->
                new Reply(
                    401,
                    "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid"
                        + " client secret is provided.\\r\\nTrace ID: 60c018fb-32af\\r\\nCorrelation"
                        + " ID: 512eafbc-bbd6\",\"error_codes\":[7000215]}"))) {
      application(server);
      env.put("AZURE_CLIENT_SECRET", "very-secret");

      Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization(RESOURCE)));

      assertEquals(
          "127.0.0.1 refused to issue a token: HTTP 401: AADSTS7000215: Invalid client secret is"
              + " provided.",
          failure.getMessage());
    }
  }

  @Test
  void whereThereAreNoCredentialsTheMessageNamesTheVariables() throws Exception {
    TokenServer closed = new TokenServer(request -> Reply.token("never"));
    closed.close();
    env.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", closed.address());

    Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization(RESOURCE)));

    assertTrue(
        failure
            .getMessage()
            .contains(
                "set AZURE_OPENAI_API_KEY, or AZURE_TENANT_ID, AZURE_CLIENT_ID and"
                    + " AZURE_CLIENT_SECRET"),
        failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "AZURE_AUTHORITY_HOST, http://example.org, is not an https address",
    "AZURE_AUTHORITY_HOST, https://a b, is not an address",
    "AZURE_TENANT_ID, a/b, is not the id or the domain of a tenant",
  })
  void aVariableThatCannotBeUsedIsNamed(String variable, String value, String reason)
      throws Exception {
    try (TokenServer server = new TokenServer(request -> Reply.token("never"))) {
      application(server);
      env.put("AZURE_CLIENT_SECRET", "very-secret");
      env.put(variable, value);

      Usage failure = assertThrows(Usage.class, () -> authorization(RESOURCE));

      assertTrue(failure.getMessage().startsWith(variable), failure.getMessage());
      assertTrue(failure.getMessage().contains(reason), failure.getMessage());
      assertFalse(failure.getMessage().contains("very-secret"), failure.getMessage());
    }
  }
}
