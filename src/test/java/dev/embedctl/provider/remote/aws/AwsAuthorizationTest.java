package dev.embedctl.provider.remote.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.remote.HttpIssuers;
import dev.embedctl.provider.remote.Proxies;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.remote.auth.JsonFields;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.tls.Certificates;
import dev.embedctl.testing.RecordingServer;
import dev.embedctl.testing.RecordingServer.Reply;
import dev.embedctl.testing.SetClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials from each place where AWS's tools look, against a server that checks signatures. */
@Timeout(60)
final class AwsAuthorizationTest {
  private static final byte[] BODY = "{\"inputText\":\"größer\"}".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path home;

  private final SetClock clock = new SetClock();
  private final Map<String, String> env = new TreeMap<>();
  private AwsServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new AwsServer(
            clock, request -> List.of(request.get("inputText").textValue()), texts -> "{}");
    env.put("HOME", home.toString());
    env.put("AWS_REGION", AwsServer.REGION);
    env.put("AWS_EC2_METADATA_DISABLED", "true");
    env.put("AWS_ENDPOINT_URL_STS", server.address());
    env.put("AWS_ENDPOINT_URL_SSO", server.address());
    env.put("AWS_ENDPOINT_URL_SSO_OIDC", server.address());
    Files.createDirectories(home.resolve(".aws/sso/cache"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Authorization authorization() {
    return new Aws(env)
        .authorization(
            URI.create(server.address()),
            new HttpIssuers(new Proxies(env), Certificates.of(env)),
            clock);
  }

  private void config(String text) throws IOException {
    Files.writeString(home.resolve(".aws/config"), text);
  }

  private void credentials(String text) throws IOException {
    Files.writeString(home.resolve(".aws/credentials"), text);
  }

  private HttpResponse<String> call(Authorization authorization) throws Exception {
    URI address = URI.create(server.address() + "/model/amazon.titan-embed-text-v2%3A0/invoke");
    Map<String, String> headers = Map.of("Content-Type", "application/json");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).POST(BodyPublishers.ofByteArray(BODY));
    headers.forEach(request::header);
    authorization
        .headers(new AuthorizedCall("POST", address, headers, BODY))
        .forEach(request::header);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private void assertSigned(Authorization authorization) throws Exception {
    HttpResponse<String> reply = call(authorization);
    assertEquals(200, reply.statusCode(), () -> reply.headers().map() + reply.body());
  }

  private String refused() {
    Authorization authorization = authorization();
    Hopeless failure = assertThrows(Hopeless.class, () -> call(authorization));
    assertEquals(Reason.CREDENTIALS, failure.reason(), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
    return failure.getMessage();
  }

  private void setKeys() {
    env.put("AWS_ACCESS_KEY_ID", AwsServer.ACCESS_KEY);
    env.put("AWS_SECRET_ACCESS_KEY", AwsServer.SECRET_KEY);
  }

  @Test
  void signsWithTheVariables() throws Exception {
    setKeys();

    assertSigned(authorization());
    assertEquals(0, server.issued());
  }

  @Test
  void aWrongSecretIsNoticedByTheServer() throws Exception {
    setKeys();
    env.put("AWS_SECRET_ACCESS_KEY", "another");

    assertEquals(403, call(authorization()).statusCode());
  }

  @Test
  void halfAKeyIsNoKey() {
    env.put("AWS_ACCESS_KEY_ID", AwsServer.ACCESS_KEY);

    assertEquals("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not", refused());
  }

  @Test
  void signsWithTheProfileOfTheCredentialsFile() throws Exception {
    credentials(
        """
        # written by hand
        [default]
        aws_access_key_id = AKIDOTHER
        aws_secret_access_key = other
        [ work ]
        aws_access_key_id=%s ; behind a value
        aws_secret_access_key = %s
        """
            .formatted(AwsServer.ACCESS_KEY, AwsServer.SECRET_KEY));
    env.put("AWS_PROFILE", "work");

    assertSigned(authorization());
  }

  @Test
  void theCredentialsFileHasPrecedenceOverTheOther() throws Exception {
    config(
        """
        [default]
        region = eu-west-1
        aws_access_key_id = AKIDOTHER
        aws_secret_access_key = other
        s3 =
            max_concurrent_requests = 20
        [services x]
        y = z
        """);
    credentials(
        "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            .formatted(AwsServer.ACCESS_KEY, AwsServer.SECRET_KEY));
    env.remove("AWS_REGION");

    assertSigned(authorization());
  }

  @Test
  void assumesTheRoleOfAProfileOverASecondOne() throws Exception {
    config(
        """
        [profile leaf]
        role_arn = arn:aws:iam::123456789012:role/leaf
        source_profile = middle
        external_id = abc/+ ä
        [profile middle]
        role_arn = arn:aws:iam::123456789012:role/middle
        source_profile = base
        """);
    credentials(
        "[base]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            .formatted(AwsServer.ACCESS_KEY, AwsServer.SECRET_KEY));
    env.put("AWS_PROFILE", "leaf");

    Authorization authorization = authorization();
    assertSigned(authorization);
    assertSigned(authorization);

    assertEquals(2, server.issued(), "one for each role");
    assertTrue(
        authorization.secrets().toList().containsAll(List.of("secret-2", "session-2==")),
        "they are kept out of messages");
    assertEquals(
        " (credentials: role arn:aws:iam::123456789012:role/leaf of profile leaf in "
            + home.resolve(".aws/config")
            + " and "
            + home.resolve(".aws/credentials")
            + ")",
        authorization.note(Reason.CREDENTIALS));
    assertEquals("", authorization.note(Reason.MODEL));
  }

  @Test
  void assumesTheRoleOfAProfileWithTheKeysOfTheContainer() throws Exception {
    config(
        """
        [profile leaf]
        role_arn = arn:aws:iam::123456789012:role/leaf
        credential_source = EcsContainer
        """);
    env.put("AWS_PROFILE", "leaf");
    setContainer();

    assertSigned(authorization());
    assertEquals(List.of("GET /container", "POST /"), server.requests());
  }

  @Test
  void assumesTheRoleOfAKubernetesServiceAccount() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "web-token\n");
    env.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
    env.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");

    assertSigned(authorization());
    assertEquals(List.of("POST /"), server.requests());
  }

  private void signIn(Instant end) throws IOException {
    config(
        """
        [profile dev]
        sso_session = company
        sso_account_id = 123456789012
        sso_role_name = Reader
        [sso-session company]
        sso_region = eu-west-1
        sso_start_url = https://company.awsapps.com/start
        """);
    env.put("AWS_PROFILE", "dev");
    Files.writeString(
        home.resolve(".aws/sso/cache/" + Hashes.hexOfSha1("company") + ".json"),
        "{\"startUrl\":\"https://company.awsapps.com/start\",\"accessToken\":\"sso-token\",\"expiresAt\":\""
            + end
            + "\"}");
  }

  @Test
  void usesTheSignInThatIsStored() throws Exception {
    signIn(clock.instant().plusSeconds(60));

    assertSigned(authorization());
  }

  @Test
  void aSignInThatHasEndedNamesTheCommandForANewOne() throws Exception {
    signIn(clock.instant());

    String message = refused();
    assertTrue(message.contains("has ended; run aws sso login for this profile"), message);

    Files.delete(home.resolve(".aws/sso/cache/" + Hashes.hexOfSha1("company") + ".json"));
    assertTrue(refused().contains("is not there; run aws sso login"), refused());
  }

  private Path signInWith(String refreshToken, String registrationEnd) throws IOException {
    signIn(clock.instant().minusSeconds(1));
    Path file = home.resolve(".aws/sso/cache/" + Hashes.hexOfSha1("company") + ".json");
    return Files.writeString(
        file,
        """
        {"startUrl": "https://company.awsapps.com/start", "region": "eu-west-1",
         "accessToken": "old", "expiresAt": "2026-01-02T03:04:04Z", "clientId": "client",
         "clientSecret": "client-secret", "registrationExpiresAt": "%s", "refreshToken": "%s"}
        """
            .formatted(registrationEnd, refreshToken));
  }

  @Test
  void aSignInIsRenewedWithoutABrowserAndStoredForAwssTools() throws Exception {
    Path file = signInWith("refresh-token", "2026-03-01T00:00:00Z");

    assertSigned(authorization());

    JsonFields stored = JsonFields.of(Files.readAllBytes(file));
    assertEquals(Optional.of("sso-token"), stored.at("accessToken"));
    assertEquals(Optional.of("2026-01-02T04:04:05Z"), stored.at("expiresAt"));
    assertEquals(Optional.of("next"), stored.at("refreshToken"));
    assertEquals(Optional.of("https://company.awsapps.com/start"), stored.at("startUrl"));
    assertEquals(8, stored.values().size());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"another,2026-03-01T00:00:00Z", "refresh-token,2026-01-01T00:00:00Z"})
  void aSignInThatCannotBeRenewedNeedsANewOne(String refreshToken, String registrationEnd)
      throws IOException {
    signInWith(refreshToken, registrationEnd);

    assertTrue(refused().contains("has ended; run aws sso login"), refused());
  }

  private void setContainer() {
    env.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.address() + "/container");
    env.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token");
  }

  @Test
  void asksTheContainer() throws Exception {
    setContainer();

    assertSigned(authorization());
  }

  @ParameterizedTest
  @CsvSource({"200,no JSON", "503,busy"})
  void aFailureOfTheIssuerIsNotOneOfTheCall(int status, String body) throws IOException {
    try (RecordingServer issuer =
        new RecordingServer("Authorization", request -> new Reply(status, body))) {
      env.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", issuer.url() + "/container");

      Transient failure = assertThrows(Transient.class, () -> call(authorization()));

      assertEquals(Transient.Kind.UNREACHED, failure.kind());
    }
  }

  @Test
  void theContainersTokenMayBeInAFileThatChanges() throws Exception {
    setContainer();
    Path token = Files.writeString(home.resolve("token"), "container-token\n");
    env.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString());
    env.remove("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    assertSigned(authorization());

    Files.writeString(token, "another");
    assertTrue(refused().contains("HTTP 403"), refused());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.com/creds", "http://10.0.0.1/creds", "ftp://x/", "x y"})
  void anotherMachineIsNotAskedWithoutTls(String address) {
    env.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", address);

    assertTrue(refused().startsWith("AWS_CONTAINER_CREDENTIALS_FULL_URI"), refused());
  }

  @Test
  void asksTheInstanceLast() throws Exception {
    env.remove("AWS_EC2_METADATA_DISABLED");
    env.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.address() + "/");
    assertSigned(authorization());
    assertEquals(
        List.of(
            "PUT /latest/api/token",
            "GET /latest/meta-data/iam/security-credentials/",
            "GET /latest/meta-data/iam/security-credentials/worker"),
        server.requests());

    setKeys();
    assertSigned(authorization());
    assertEquals(3, server.requests().size(), "it is not asked where there are keys");
  }

  @Test
  void withoutAnyCredentialsTheMessageNamesWhatToSet() {
    String message = refused();

    assertTrue(message.startsWith("no AWS credentials found: set AWS_BEARER_TOKEN"), message);
    assertTrue(message.contains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), message);
    assertTrue(message.contains("AWS_PROFILE"), message);
  }

  @Test
  void aMachineWithoutMetadataServiceHasNoCredentials() throws Exception {
    env.remove("AWS_EC2_METADATA_DISABLED");
    try (AwsServer gone = new AwsServer(clock, request -> List.of(), texts -> "")) {
      env.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", gone.address());
    }

    assertTrue(refused().startsWith("no AWS credentials found"), refused());
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_SESSION_TOKEN,two lines",
    "AWS_ACCESS_KEY_ID,AKID\u00e4",
  })
  void aPastedKeyThatNoHeaderHoldsIsNotRepeatedInTheMessage(String variable, String value) {
    setKeys();
    env.put(variable, value);

    assertTrue(refused().startsWith("AWS_ACCESS_KEY_ID: a key or token contains"), refused());
    assertFalse(refused().contains(value), refused());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x", "no address", "http://"})
  void anAddressThatIsNoneIsNamedWithItsVariable(String address) throws IOException {
    env.put("AWS_ROLE_ARN", "r");
    env.put("AWS_WEB_IDENTITY_TOKEN_FILE", Files.writeString(home.resolve("t"), "t").toString());
    env.put("AWS_ENDPOINT_URL_STS", address);
    assertTrue(refused().startsWith("AWS_ENDPOINT_URL_STS"), refused());

    env.remove("AWS_ROLE_ARN");
    env.remove("AWS_EC2_METADATA_DISABLED");
    env.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", address);
    assertTrue(refused().startsWith("AWS_EC2_METADATA_SERVICE_ENDPOINT"), refused());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "region = x|profile p in FILES has no credentials",
        "role_arn = r|profile p in FILES: role_arn needs source_profile, credential_source",
        "role_arn = r~source_profile = q|profile p in FILES: source_profile: no profile 'q' among: p",
        "role_arn = r~source_profile = q~[profile q]~role_arn = s~source_profile = p|in a circle: p, q",
        "role_arn = r~mfa_serial = m~source_profile = p|profile p in FILES: mfa_serial needs a code",
        "credential_process = /no/such/command|profile p in FILES: credential_process cannot be run: ",
        "credential_process = sh -c 'echo no session >&2; exit 7'|ended with exit code 7: no session",
        "credential_process = echo AKIDSECRET|profile p in FILES: credential_process printed no",
        "aws_access_key_id = a|profile p in FILES: aws_secret_access_key is missing",
        "sso_account_id = 1|profile p in FILES: sso_start_url is missing",
        "role_arn = forbidden~credential_source = Environment|profile p in FILES: there are no credentials",
      })
  void aProfileThatCannotBeUsedSaysWhy(String settings, String message) throws IOException {
    config("[profile p]\n" + settings.replace("~", "\n") + "\n");
    env.put("AWS_PROFILE", "p");
    String files = home.resolve(".aws/config") + " and " + home.resolve(".aws/credentials");

    String refused = refused();

    assertTrue(refused.contains(message.replace("FILES", files)), refused);
  }

  @Test
  void runsTheCommandOfTheProfileAndAgainWhenItsCredentialsEnd() throws Exception {
    Path runs = home.resolve("runs of it");
    Path script = home.resolve("vault");
    Files.writeString(
        script,
        """
        echo "$2" >> "$1"
        echo '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s", "Expiration": "%s"}'
        """
            .formatted(
                AwsServer.ACCESS_KEY,
                AwsServer.SECRET_KEY,
                clock.instant().plus(Duration.ofHours(1))));
    config("[profile dev]\ncredential_process = sh %s \"%s\" 'a b'\n".formatted(script, runs));
    env.put("AWS_PROFILE", "dev");
    Authorization authorization = authorization();

    assertSigned(authorization);
    assertSigned(authorization);
    assertEquals(List.of("a b"), Files.readAllLines(runs));
    clock.pass(Duration.ofMinutes(56));
    assertSigned(authorization);
    assertEquals(2, Files.readAllLines(runs).size());
  }

  @Test
  void aCommandThatWaitsForAPersonIsGivenUp() {
    Profile profile = new Profile("p", "config", Map.of("credential_process", "sleep 100"));
    CredentialProcess process = CredentialProcess.of(profile, Duration.ofMillis(50));

    assertEquals(
        "profile p in config: credential_process did not end within 0 s",
        assertThrows(Hopeless.class, process::run).getMessage());
  }

  @Test
  void aCommandsWordsAreThoseOfAShellWithoutItsVariables() {
    assertEquals(
        List.of("/opt/my vault", "export", "--name=a \"b\"", "$HOME", "c d e"),
        CredentialProcess.words(
            "\"/opt/my vault\"  export --name=\"a \\\"b\\\"\" '$HOME' c' d '\"e\""));
  }

  @Test
  void aMissingProfileIsAMistakeOfTheUserBeforeAnythingIsSent() throws IOException {
    config("[profile work]\nregion = x\n");
    env.put("AWS_PROFILE", "wrok");

    Usage usage = assertThrows(Usage.class, () -> new Aws(env).namesCredentials());
    assertTrue(
        usage
            .getMessage()
            .startsWith("AWS_PROFILE: no profile 'wrok' among: work; did you mean 'work'?"),
        usage.getMessage());
    assertEquals(usage.getMessage(), refused());
  }

  @Test
  void aFileThatIsNoneNamesItsLine() throws IOException {
    config("[profile work]\nregion = x\nnonsense\n");
    env.put("AWS_PROFILE", "work");

    assertTrue(
        refused().startsWith(home.resolve(".aws/config") + ":3: neither a [section]"), refused());
  }

  @Test
  void aRoleThatMayNotBeAssumedIsNamedWithAwssReason() throws IOException {
    env.put("AWS_PROFILE", "p");
    credentials(
        "[base]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            .formatted(AwsServer.ACCESS_KEY, AwsServer.SECRET_KEY));
    config(
        """
        [profile p]
        role_arn = arn:aws:iam::123456789012:role/forbidden
        source_profile = base
        """);

    String message = refused();
    assertTrue(
        message.startsWith(
            "AWS STS did not issue credentials of role arn:aws:iam::123456789012:role/forbidden"),
        message);
    assertTrue(
        message.endsWith(
            "HTTP 403 AccessDenied: User: me is not authorized to perform: sts:AssumeRole on"
                + " resource: \"it\""),
        message);
  }

  @Test
  void aRunOfHoursRenewsItsCredentialsOncePerLifetime() throws Exception {
    setContainer();
    Authorization authorization = authorization();

    for (int minute = 0; minute < 10 * 60; minute += 2) {
      assertSigned(authorization);
      clock.pass(Duration.ofMinutes(2));
    }

    assertEquals(11, server.issued());
  }

  private Optional<ProviderException> rejection(Authorization authorization) throws Exception {
    HttpResponse<String> reply = call(authorization);
    return authorization.rejected(
        reply.request().headers(),
        new FailedReply(
            reply.statusCode(),
            reply.headers(),
            ErrorBody.of(reply.body().getBytes(StandardCharsets.UTF_8)),
            reply.uri()));
  }

  @Test
  void credentialsThatWereRevokedAreReplaced() throws Exception {
    setContainer();
    Authorization authorization = authorization();
    assertSigned(authorization);
    server.revokeAll();

    assertInstanceOf(Transient.class, rejection(authorization).orElseThrow());

    assertSigned(authorization);
    assertEquals(2, server.issued());
  }

  @Test
  void expiredVariablesEndTheRunAtTheSecondCall() throws Exception {
    setContainer();
    assertSigned(authorization());
    server.revokeAll();
    env.put("AWS_ACCESS_KEY_ID", "ASIA1");
    env.put("AWS_SECRET_ACCESS_KEY", "secret-1");
    env.put("AWS_SESSION_TOKEN", "session-1==");
    Authorization authorization = authorization();

    assertInstanceOf(Transient.class, rejection(authorization).orElseThrow());
    Hopeless failure = assertInstanceOf(Hopeless.class, rejection(authorization).orElseThrow());

    assertEquals(Reason.CREDENTIALS, failure.reason());
    assertTrue(
        failure.getMessage().startsWith("the credentials have expired; renew them"),
        failure.getMessage());
  }

  private static Hopeless rejected(Authorization authorization, String name, String message) {
    return assertInstanceOf(
        Hopeless.class,
        authorization
            .rejected(
                HttpHeaders.of(Map.of(), (a, b) -> true),
                new FailedReply(
                    403,
                    HttpHeaders.of(
                        Map.of(
                            "x-amzn-ErrorType",
                            List.of(name),
                            "Date",
                            List.of("Fri, 02 Jan 2026 03:18:10 GMT")),
                        (a, b) -> true),
                    ErrorBody.of(
                        ("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8)),
                    URI.create("https://bedrock-runtime.eu-west-1.amazonaws.com/")))
            .orElseThrow());
  }

  @Test
  void aClockThatIsWrongIsNamedWithItsDifference() {
    setKeys();
    Hopeless failure =
        rejected(
            authorization(),
            "InvalidSignatureException",
            "Signature expired: 20260102T030405Z is now earlier than 20260102T031310Z"
                + " (20260102T031810Z - 5 min.)");

    assertEquals(Reason.CLOCK, failure.reason());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "this machine's clock is 14 min behind, so AWS rejects its signatures; set the"
                    + " clock: HTTP 403: Signature expired"),
        failure.getMessage());
    clock.pass(Duration.ofHours(3));
    assertTrue(
        rejected(authorization(), "RequestTimeTooSkewed", "x").getMessage().contains("2 h ahead"));
  }

  @ParameterizedTest
  @CsvSource({
    "UnrecognizedClientException,the credentials were refused: HTTP 403: no",
    "InvalidSignatureException,the credentials were refused: HTTP 403: no",
    "AccessDeniedException,the credentials do not allow this: HTTP 403: no"
  })
  void eachRefusalOfCredentialsIsNamed(String name, String message) {
    setKeys();
    Hopeless failure = rejected(authorization(), name, "no");

    assertEquals(Reason.CREDENTIALS, failure.reason());
    assertEquals(message, failure.getMessage());
  }

  @Test
  void aReplyAboutSomethingElseIsLeftToTheWire() throws Exception {
    setKeys();
    Authorization authorization = authorization();

    assertFalse(
        authorization
            .rejected(
                HttpHeaders.of(Map.of(), (a, b) -> true),
                new FailedReply(
                    400,
                    HttpHeaders.of(
                        Map.of("x-amzn-ErrorType", List.of("ValidationException")), (a, b) -> true),
                    ErrorBody.of(new byte[0]),
                    URI.create("https://x/")))
            .isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "https://bedrock-runtime.us-east-1.amazonaws.com,true",
    "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com,true",
    "https://vpce-0a1b-2c.bedrock-runtime.eu-west-1.vpce.amazonaws.com,true",
    "https://bedrock-runtime.cn-north-1.amazonaws.com.cn,true",
    "https://bedrock-runtime.us-east-1.api.aws,true",
    "https://bedrock-runtime.us-east-1.amazonaws.com.evil.example,false",
    "https://evil.example,false",
    "https://bedrock.us-east-1.amazonaws.com,false"
  })
  void knowsItsOwnAddresses(URI address, boolean own) {
    assertEquals(own, Aws.isOwn(address));
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_REGION,eu-west-1,https://bedrock-runtime.eu-west-1.amazonaws.com",
    "AWS_DEFAULT_REGION,cn-north-1,https://bedrock-runtime.cn-north-1.amazonaws.com.cn",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME,http://localhost:4566/,http://localhost:4566"
  })
  void theEnvironmentNamesTheAddress(String variable, String value, URI address) {
    assertEquals(address, new Aws(Map.of(variable, value)).bedrock());
  }

  @Test
  void theProfileNamesTheRegionAndWithoutOneThereIsNoAddress() throws IOException {
    env.remove("AWS_REGION");
    config("[default]\nregion = ap-southeast-2\n");
    assertEquals(
        URI.create("https://bedrock-runtime.ap-southeast-2.amazonaws.com"), new Aws(env).bedrock());

    config("");
    Usage failure = assertThrows(Usage.class, () -> new Aws(env).bedrock());
    assertEquals(
        "the AWS region is unknown: set AWS_REGION, or region in the profile",
        failure.getMessage());
  }
}
