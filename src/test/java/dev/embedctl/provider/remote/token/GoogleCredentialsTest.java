package dev.embedctl.provider.remote.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.remote.HttpIssuers;
import dev.embedctl.provider.remote.Proxies;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.tls.Certificates;
import dev.embedctl.testing.ServiceAccount;
import dev.embedctl.testing.SteppedClock;
import dev.embedctl.testing.TokenServer;
import dev.embedctl.testing.TokenServer.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Application Default Credentials, against a server on loopback that issues the tokens. */
@Timeout(60)
final class GoogleCredentialsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AuthorizedCall CALL =
      new AuthorizedCall(
          "POST",
          URI.create("https://us-central1-aiplatform.googleapis.com"),
          Map.of(),
          new byte[0]);

  @TempDir private Path folder;

  private final SteppedClock clock = new SteppedClock();
  private final Map<String, String> env = new TreeMap<>();

  private Authorization authorization() {
    return GoogleCredentials.in(env)
        .authorization(new HttpIssuers(new Proxies(Map.of()), Certificates.of(Map.of())), clock);
  }

  private static String tokenOf(Authorization authorization)
      throws ProviderException, InterruptedException {
    return authorization.headers(CALL).get("Authorization");
  }

  private void credentials(String json) throws IOException {
    env.put(
        "GOOGLE_APPLICATION_CREDENTIALS",
        Files.writeString(folder.resolve("key.json"), json).toString());
  }

  /** Checks the JWT as Google does, and numbers the tokens. */
  private TokenServer.Answer checking(ServiceAccount account, AtomicInteger issued) {
    return request -> {
      try {
        assertEquals(
            "urn:ietf:params:oauth:grant-type:jwt-bearer", request.form().get("grant_type"));
        String jwt = request.form().get("assertion");
        JsonNode claims = account.claims(jwt);
        assertEquals("RS256", ServiceAccount.header(jwt).get("alg").textValue());
        assertEquals(ServiceAccount.KEY_ID, ServiceAccount.header(jwt).get("kid").textValue());
        assertEquals(ServiceAccount.EMAIL, claims.get("iss").textValue());
        assertEquals(
            "http://" + request.headers().get("host") + "/token", claims.get("aud").textValue());
        assertEquals(
            "https://www.googleapis.com/auth/cloud-platform", claims.get("scope").textValue());
        assertEquals(clock.instant().getEpochSecond(), claims.get("iat").longValue());
        assertEquals(3600, claims.get("exp").longValue() - claims.get("iat").longValue());
        return Reply.token("token-" + issued.incrementAndGet());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (AssertionError e) {
        return new Reply(400, "{\"error\":\"invalid_grant\",\"error_description\":\"" + e + "\"}");
      }
    };
  }

  @Test
  void aServiceAccountSignsAJwtThatItsIssuerAccepts() throws Exception {
    ServiceAccount account = new ServiceAccount();
    try (TokenServer server = new TokenServer(checking(account, new AtomicInteger()))) {
      Path file = account.writeKeyFile(folder.resolve("key.json"), server.address() + "/token");
      env.put("GOOGLE_APPLICATION_CREDENTIALS", file.toString());
      Authorization authorization = authorization();

      assertEquals("Bearer token-1", tokenOf(authorization));
      assertEquals("/token", server.requests().get(0).path());
      assertEquals(
          " (token from the key of " + ServiceAccount.EMAIL + " in " + file + ")",
          authorization.note(Reason.KEY));
      assertEquals(Optional.of("our-project"), GoogleCredentials.in(env).project());
    }
  }

  @Test
  void aJwtOfAnotherKeyGetsNoToken() throws Exception {
    try (TokenServer server =
        new TokenServer(checking(new ServiceAccount(), new AtomicInteger()))) {
      new ServiceAccount().writeKeyFile(folder.resolve("key.json"), server.address() + "/token");
      env.put("GOOGLE_APPLICATION_CREDENTIALS", folder.resolve("key.json").toString());

      Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization()));

      assertTrue(failure.getMessage().contains("another key signed it"), failure.getMessage());
      assertEquals(Reason.CREDENTIALS, failure.reason());
    }
  }

  @Test
  void aRunOfTenHoursRenewsItsTokenOncePerLifetime() throws Exception {
    ServiceAccount account = new ServiceAccount();
    AtomicInteger issued = new AtomicInteger();
    try (TokenServer server = new TokenServer(checking(account, issued))) {
      account.writeKeyFile(folder.resolve("key.json"), server.address() + "/token");
      env.put("GOOGLE_APPLICATION_CREDENTIALS", folder.resolve("key.json").toString());
      Authorization authorization = authorization();

      for (int second = 0; second < 10 * 3600; second += 20) {
        int renewals = second / (3600 - 300); // five minutes before its end
        assertEquals("Bearer token-" + (1 + renewals), tokenOf(authorization), "at " + second);
        clock.pass(Duration.ofSeconds(20));
      }

      assertEquals(11, issued.get());
    }
  }

  @Test
  void aUserWhoLoggedInRefreshesATokenAndPaysWithTheirProject() throws Exception {
    try (TokenServer server = new TokenServer(request -> Reply.token("users-token"))) {
      Path config = Files.createDirectories(folder.resolve(".config/gcloud"));
      env.put("HOME", folder.toString());
      assertFalse(GoogleCredentials.in(env).areSet());
      Files.writeString(
          config.resolve("application_default_credentials.json"),
          """
          {"type": "authorized_user", "client_id": "id", "client_secret": "d-secret",
           "refresh_token": "1//refresh", "quota_project_id": "payer", "token_uri": "%s/token"}
          """
              .formatted(server.address()));
      Map<String, String> headers = authorization().headers(CALL);

      assertTrue(GoogleCredentials.in(env).areSet());
      assertEquals(
          Map.of("Authorization", "Bearer users-token", "x-goog-user-project", "payer"), headers);
      assertEquals(
          Map.of(
              "grant_type",
              "refresh_token",
              "client_id",
              "id",
              "client_secret",
              "d-secret",
              "refresh_token",
              "1//refresh"),
          server.requests().get(0).form());
      assertEquals(Optional.of("payer"), GoogleCredentials.in(env).project());
    }
  }

  private String federated(TokenServer server, Path token, String format, String more) {
    return """
    {"type": "external_account",
     "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
     "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
     "token_url": "%s/v1/token",
     "credential_source": {"file": "%s", "format": %s}%s}
    """
        .formatted(server.address(), token, format, more);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\": \"text\"} | platform-token-1 | platform-token-2",
        "{\"type\": \"json\", \"subject_token_field_name\": \"id_token\"}"
            + " | {\"id_token\": \"platform-token-1\"} | {\"id_token\": \"platform-token-2\"}"
      })
  void aFederatedWorkloadExchangesTheTokenThatItsFileHasAtThatTime(
      String format, String first, String second) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), first);
    try (TokenServer server = new TokenServer(request -> Reply.token("federated"))) {
      credentials(federated(server, file, format, ""));
      Authorization authorization = authorization();

      assertEquals("Bearer federated", tokenOf(authorization));
      Files.writeString(file, second);
      clock.pass(Duration.ofHours(1));
      tokenOf(authorization);

      Map<String, String> form = server.requests().get(0).form();
      assertEquals("urn:ietf:params:oauth:grant-type:token-exchange", form.get("grant_type"));
      assertEquals(
          "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
          form.get("audience"));
      assertEquals("urn:ietf:params:oauth:token-type:jwt", form.get("subject_token_type"));
      assertEquals(
          "urn:ietf:params:oauth:token-type:access_token", form.get("requested_token_type"));
      assertEquals("platform-token-1", form.get("subject_token"));
      assertEquals("platform-token-2", server.requests().get(1).form().get("subject_token"));
    }
  }

  /** The form in which build services issue tokens. */
  @Test
  void aFederatedWorkloadAsksItsPlatformForTheToken() throws Exception {
    try (TokenServer server =
        new TokenServer(
            request ->
                request.path().equals("/platform")
                    ? new Reply(200, "{\"count\":7,\"value\":\"platform-token\"}")
                    : Reply.token("federated"))) {
      credentials(
          """
          {"type": "external_account", "audience": "a", "subject_token_type": "t",
           "token_url": "%s/v1/token",
           "credential_source": {"url": "%s/platform?audience=x", "headers": {"Authorization": "Bearer platform-secret"},
             "format": {"type": "json", "subject_token_field_name": "value"}}}
          """
              .formatted(server.address(), server.address()));

      assertEquals("Bearer federated", tokenOf(authorization()));
      assertEquals(
          "Bearer platform-secret", server.requests().get(0).headers().get("authorization"));
      assertEquals("platform-token", server.requests().get(1).form().get("subject_token"));
    }
  }

  @Test
  void aPlatformThatRefusesItsTokenIsNamedWithoutTheSecret() throws Exception {
    try (TokenServer server =
        new TokenServer(
            request ->
                new Reply(
                    403, "{\"message\":\"no: " + request.headers().get("authorization") + "\"}"))) {
      credentials(
          """
          {"type": "external_account", "audience": "a", "subject_token_type": "t",
           "token_url": "%s/v1/token",
           "credential_source": {"url": "%s/platform", "headers": {"Authorization": "Bearer platform-secret"}}}
          """
              .formatted(server.address(), server.address()));

      Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization()));

      assertEquals("127.0.0.1 refused to issue a token: HTTP 403: no: ***", failure.getMessage());
    }
  }

  @Test
  void aFederatedWorkloadMayActAsAServiceAccount() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "platform-token");
    String account = "/v1/projects/-/serviceAccounts/a@b:generateAccessToken";
    try (TokenServer server =
        new TokenServer(
            request ->
                request.path().equals(account)
                    ? new Reply(
                        200,
                        "{\"accessToken\":\"accounts\",\"expireTime\":\""
                            + clock.instant().plusSeconds(3600)
                            + "\"}")
                    : Reply.token("federated"))) {
      credentials(
          federated(
              server,
              file,
              "{\"type\": \"text\"}",
              ", \"service_account_impersonation_url\": \"" + server.address() + account + "\""));
      Authorization authorization = authorization();

      assertEquals("Bearer accounts", tokenOf(authorization));
      clock.pass(Duration.ofMinutes(54));
      tokenOf(authorization);

      assertEquals(2, server.requests().size());
      assertEquals("Bearer federated", server.requests().get(1).headers().get("authorization"));
      assertEquals(
          JSON.readTree(
              "{\"scope\":[\"https://www.googleapis.com/auth/cloud-platform\"],\"lifetime\":\"3600s\"}"),
          JSON.readTree(server.requests().get(1).body()));
    }
  }

  @Test
  void aMachineOfGoogleCloudAsksItsMetadataServer() throws Exception {
    try (TokenServer server = new TokenServer(request -> Reply.token("machines"))) {
      env.put("GCE_METADATA_HOST", server.host());

      assertTrue(GoogleCredentials.in(env).areSet());
      assertEquals("Bearer machines", tokenOf(authorization()));
      TokenServer.Request request = server.requests().get(0);
      assertEquals("/computeMetadata/v1/instance/service-accounts/default/token", request.path());
      assertEquals("Google", request.headers().get("metadata-flavor"));
    }
  }

  @Test
  void whereThereAreNoCredentialsTheMessageSaysHowToGetSome() throws Exception {
    TokenServer closed = new TokenServer(request -> Reply.token("never"));
    closed.close();
    env.put("GCE_METADATA_HOST", closed.host());

    Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization()));

    assertTrue(
        failure.getMessage().contains("set GOOGLE_APPLICATION_CREDENTIALS to a file"),
        failure.getMessage());
    assertTrue(failure.getMessage().contains(closed.host()), failure.getMessage());
  }

  @Test
  void aMetadataServerThatAnsweredOnceMayFailForAWhile() throws Exception {
    TokenServer server = new TokenServer(request -> Reply.token("machines"));
    env.put("GCE_METADATA_HOST", server.host());
    Authorization authorization = authorization();
    tokenOf(authorization);
    server.close();
    clock.pass(Duration.ofHours(2));

    Transient failure = assertThrows(Transient.class, () -> tokenOf(authorization));

    assertEquals(Transient.Kind.UNREACHED, failure.kind());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void anIssuerThatIsBusyIsAskedAgain(int status) throws Exception {
    try (TokenServer server = new TokenServer(request -> new Reply(status, "busy"))) {
      env.put("GCE_METADATA_HOST", server.host());

      assertThrows(Transient.class, () -> tokenOf(authorization()));
    }
  }

  @Test
  void aClockThatIsWrongIsCalledSo() throws Exception {
    try (TokenServer server =
        new TokenServer(
            request ->
                new Reply(
                    400,
                    "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT: Token must be"
                        + " a short-lived token (60 minutes) and in a reasonable timeframe. Check your"
                        + " iat and exp values in the JWT claim.\"}"))) {
      new ServiceAccount().writeKeyFile(folder.resolve("key.json"), server.address() + "/token");
      env.put("GOOGLE_APPLICATION_CREDENTIALS", folder.resolve("key.json").toString());

      Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization()));

      assertTrue(
          failure.getMessage().endsWith("(is this machine's clock right?)"), failure.getMessage());
      assertEquals(Reason.CLOCK, failure.reason());
    }
  }

  @Test
  void aRefusalRepeatsNoSecretThatItsServerRepeats() throws Exception {
    try (TokenServer server =
        new TokenServer(
            request ->
                new Reply(
                    400,
                    "{\"error\":\"invalid_grant\",\"error_description\":\"Bad "
                        + request.form().get("refresh_token")
                        + " of "
                        + request.form().get("client_secret")
                        + "\"}"))) {
      credentials(
          """
          {"type": "authorized_user", "client_id": "id", "client_secret": "very-secret-1",
           "refresh_token": "very-secret-2", "token_uri": "%s/token"}
          """
              .formatted(server.address()));

      Hopeless failure = assertThrows(Hopeless.class, () -> tokenOf(authorization()));

      assertEquals(
          "127.0.0.1 refused to issue a token: HTTP 400: Bad *** of ***", failure.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                                    | it is not valid JSON (line 1)",
        "[]                                                   | it is not a JSON object",
        "{}                                                   | it has no type",
        "{\"type\": \"gdch_service_account\"}                 | credentials of the type gdch_service_account are not supported, only service_account, authorized_user, external_account, impersonated_service_account",
        "{\"type\": \"service_account\"}                      | it has no client_email",
        "{\"type\": \"service_account\", \"client_email\": \"a\"} | it has no private_key",
        "{\"type\": \"service_account\", \"client_email\": \"a\", \"private_key\": \"SECRET\"} | its private_key cannot be used",
        "{\"type\": \"authorized_user\", \"client_id\": \"a\", \"client_secret\": \"SECRET\"} | it has no refresh_token",
        "{\"type\": \"authorized_user\", \"client_id\": \"a\", \"client_secret\": \"SECRET\", \"refresh_token\": \"SECRET\", \"token_uri\": \"http://example.org/token\"} | its token_uri is not an https address",
        "{\"type\": \"external_account\", \"audience\": \"a\", \"subject_token_type\": \"b\", \"token_url\": \"https://c\", \"credential_source\": {\"environment_id\": \"aws1\"}} | its credential_source names neither a file nor a url",
        "{\"type\": \"impersonated_service_account\"}         | it has no source_credentials",
      })
  void aFileThatCannotBeUsedIsNamedWithTheReason(String json, String reason) throws Exception {
    credentials(json);

    Usage failure = assertThrows(Usage.class, this::authorization);

    assertTrue(
        failure.getMessage().startsWith("the credentials file " + folder.resolve("key.json")),
        failure.getMessage());
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    assertFalse(failure.getMessage().contains("SECRET"), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
  }

  @Test
  void aFileThatDoesNotExistIsNamed() {
    env.put("GOOGLE_APPLICATION_CREDENTIALS", folder.resolve("none.json").toString());

    Usage failure = assertThrows(Usage.class, this::authorization);

    assertEquals(
        "the credentials file "
            + folder.resolve("none.json")
            + " (from GOOGLE_APPLICATION_CREDENTIALS) does not exist; correct it",
        failure.getMessage());
  }
}
