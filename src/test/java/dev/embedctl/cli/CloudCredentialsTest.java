package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.remote.AzureOpenAiContractTest;
import dev.embedctl.provider.remote.VertexContractTest;
import dev.embedctl.provider.remote.WireApi;
import dev.embedctl.testing.MadeCertificates;
import dev.embedctl.testing.ServiceAccount;
import dev.embedctl.testing.TlsServer;
import dev.embedctl.testing.TokenServer;
import dev.embedctl.testing.TokenServer.Reply;
import dev.embedctl.testing.TokenServer.Request;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs with the credentials of a cloud, against servers that check what they are sent. */
@Timeout(60)
final class CloudCredentialsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WireApi VERTEX = new VertexContractTest();
  private static final WireApi AZURE = new AzureOpenAiContractTest();
  private static final String PROJECT = "/v1/projects/our-project/locations/europe-west4";

  @TempDir private Path folder;

  private final ServiceAccount account = new ServiceAccount();
  private final AtomicInteger issued = new AtomicInteger();

  /** Issues numbered tokens for a JWT of the account. */
  private TokenServer issuer() throws IOException {
    return new TokenServer(
        request -> {
          try {
            account.claims(request.form().get("assertion"));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return Reply.token("very-secret-token-" + issued.incrementAndGet());
        });
  }

  /** Embeds texts for a token that a predicate accepts. */
  private static TokenServer embedding(WireApi api, int dimensions, Predicate<String> accepts)
      throws IOException {
    return new TokenServer(
        request -> {
          String sent = request.headers().getOrDefault("authorization", "");
          if (!accepts.test(sent)) {
            return new Reply(
                401,
                "{\"error\":{\"code\":401,\"message\":\"no: "
                    + sent
                    + "\",\"status\":\"UNAUTHENTICATED\"}}");
          }
          try {
            List<String> texts = api.textsOf(JSON.readTree(request.body()));
            List<Vector> vectors =
                texts.stream().map(text -> Vectors.of(text, dimensions)).toList();
            return new Reply(200, api.reply(vectors));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private InProcess google(TokenServer issuer) throws IOException {
    Path key = account.writeKeyFile(folder.resolve("key.json"), issuer.address() + "/token");
    return new InProcess(folder)
        .with("GOOGLE_APPLICATION_CREDENTIALS", key.toString())
        .with("GOOGLE_CLOUD_LOCATION", "europe-west4");
  }

  private String[] batch(String provider, String baseUrl, String model, String... more)
      throws IOException {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 250; i++) {
      input.append(JSON.writeValueAsString("text " + i + " 漢字")).append('\n');
    }
    Files.writeString(folder.resolve("in.jsonl"), input);
    return Stream.concat(
            Stream.of(
                "batch",
                folder.resolve("in.jsonl").toString(),
                "-o",
                folder.resolve("out.jsonl").toString(),
                "--provider=" + provider,
                "--base-url=" + baseUrl,
                "--model=" + model),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private void assertExactVectors(int dimensions) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
    assertEquals(250, lines.size());
    for (int i = 0; i < 250; i++) {
      List<Float> values = new ArrayList<>();
      for (JsonNode value : JSON.readTree(lines.get(i)).get("embedding")) {
        values.add(Float.parseFloat(value.asText()));
      }
      List<Float> expected = new ArrayList<>();
      for (float value : Vectors.of("text " + i + " 漢字", dimensions).toArray()) {
        expected.add(value);
      }
      assertEquals(expected, values, "line " + i);
    }
  }

  private void assertNowhere(String secret, Ended ended) throws IOException {
    assertFalse((ended.out() + ended.err()).contains(secret), ended.err());
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret),
            file.toString());
      }
    }
  }

  @Test
  void theSame250TextsGiveTheExactVectorsWithOneTokenForAllCalls() throws IOException {
    try (TokenServer issuer = issuer();
        TokenServer vertex = embedding(VERTEX, 3072, "Bearer very-secret-token-1"::equals)) {

      Ended ended =
          google(issuer).run(batch("vertex", vertex.address(), "gemini-embedding-001", "-v"));

      assertEquals(0, ended.code(), ended.err());
      assertExactVectors(3072);
      assertEquals(1, issued.get());
      assertEquals(250, vertex.requests().size(), "one text in a call");
      assertEquals(
          Set.of(PROJECT + "/publishers/google/models/gemini-embedding-001:predict"),
          Set.copyOf(vertex.requests().stream().map(Request::path).toList()));
      assertTrue(
          ended.err().contains("calls the project our-project in the region europe-west4"),
          ended.err());
      assertNowhere("very-secret-token", ended);
    }
  }

  @Test
  void aTokenThatIsRejectedInTheMiddleIsReplacedOnceForAllCalls() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (TokenServer issuer = issuer();
        TokenServer vertex =
            embedding(
                VERTEX, 3072, sent -> sent.endsWith(calls.incrementAndGet() > 100 ? "-2" : "-1"))) {

      Ended ended = google(issuer).run(batch("vertex", vertex.address(), "gemini-embedding-001"));

      assertEquals(0, ended.code(), ended.err());
      assertExactVectors(3072);
      assertEquals(2, issued.get());
    }
  }

  @Test
  void tokensThatAreAlwaysRejectedEndTheRunAfterOneReplacement() throws IOException {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (TokenServer issuer = issuer();
        TokenServer vertex =
            embedding(
                VERTEX,
                3072,
                sent -> {
                  seen.add(sent);
                  return false;
                })) {

      Ended ended = google(issuer).run(batch("vertex", vertex.address(), "gemini-embedding-001"));

      assertEquals(1, ended.code());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertEquals(
          Set.of("Bearer very-secret-token-1", "Bearer very-secret-token-2"), Set.copyOf(seen));
      assertTrue(
          ended
              .err()
              .contains("the token was rejected: HTTP 401: no: Bearer *** (token from the key of "),
          ended.err());
      assertNowhere("very-secret-token", ended);
    }
  }

  @Test
  void aJwtThatItsIssuerRefusesEndsTheRunBeforeACall() throws IOException {
    try (TokenServer issuer =
            new TokenServer(
                request ->
                    new Reply(
                        400,
                        "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}"));
        TokenServer vertex = embedding(VERTEX, 3072, sent -> true)) {

      Ended ended = google(issuer).run(batch("vertex", vertex.address(), "gemini-embedding-001"));

      assertEquals(1, ended.code());
      assertTrue(
          ended
              .err()
              .contains("127.0.0.1 refused to issue a token: HTTP 400: Invalid JWT Signature."),
          ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertEquals(List.of(), vertex.requests());
    }
  }

  @Test
  void doctorSaysThatTheCredentialsAreAccepted() throws IOException {
    try (TokenServer issuer = issuer();
        TokenServer vertex = embedding(VERTEX, 768, sent -> true)) {

      Ended ended =
          google(issuer)
              .run(
                  "doctor",
                  "--provider=vertex",
                  "--model=text-embedding-005",
                  "--base-url=" + vertex.address());

      assertEquals(0, ended.code(), ended.err());
      assertTrue(
          ended.out().contains("the server accepts the credentials of Google Cloud"), ended.out());
      assertTrue(ended.err().contains("to vertex at " + vertex.address() + PROJECT), ended.err());
    }
  }

  @Test
  void withoutCredentialsOrAProjectTheRunSaysWhatToSetBeforeItReads() throws IOException {
    InProcess nothing =
        new InProcess(folder)
            .with("GCE_METADATA_HOST", "127.0.0.1:1")
            .with("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1");

    Ended noProject = nothing.run("batch", "none.jsonl", "--provider=vertex");
    assertEquals(2, noProject.code());
    assertTrue(noProject.err().contains("set GOOGLE_CLOUD_PROJECT"), noProject.err());

    Ended noGoogle =
        nothing
            .with("GOOGLE_CLOUD_PROJECT", "our-project")
            .run("batch", "none.jsonl", "--provider=vertex");
    assertEquals(2, noGoogle.code());
    assertTrue(
        noGoogle.err().contains("vertex: no credentials of Google Cloud were found: set"),
        noGoogle.err());
    assertEquals(1, noGoogle.err().lines().count(), noGoogle.err());

    Ended noAzure =
        nothing.run(
            "batch",
            "none.jsonl",
            "--provider=azure-openai",
            "--base-url=https://ours.openai.azure.com",
            "--model=m");
    assertEquals(2, noAzure.code());
    assertTrue(
        noAzure.err().contains("azure-openai: no credentials were found: set AZURE_OPENAI_API_KEY"),
        noAzure.err());
  }

  /** What needs no key can be said without one. */
  @Test
  void aDryRunAsksNobody() throws IOException {
    Files.writeString(folder.resolve("in.jsonl"), "\"a text\"\n");
    try (TokenServer metadata = new TokenServer(request -> Reply.token("never"))) {
      Ended ended =
          new InProcess(folder)
              .with("GCE_METADATA_HOST", metadata.host())
              .with("GOOGLE_CLOUD_PROJECT", "our-project")
              .run(
                  "batch", folder.resolve("in.jsonl").toString(), "--provider=vertex", "--dry-run");

      assertEquals(0, ended.code(), ended.err());
      assertEquals(List.of(), metadata.requests());
    }
  }

  @Test
  void azureTakesATokenOfAnApplicationWhereNoKeyIsSet() throws IOException {
    try (TokenServer issuer =
            new TokenServer(
                request -> Reply.token("very-secret-token-" + issued.incrementAndGet()));
        TokenServer azure = embedding(AZURE, 1536, "Bearer very-secret-token-1"::equals)) {

      Ended ended =
          new InProcess(folder)
              .with("AZURE_TENANT_ID", "our-tenant")
              .with("AZURE_CLIENT_ID", "our-application")
              .with("AZURE_CLIENT_SECRET", "very-secret-secret")
              .with("AZURE_AUTHORITY_HOST", issuer.address())
              .run(batch("azure-openai", azure.address(), "text-embedding-3-small"));

      assertEquals(0, ended.code(), ended.err());
      assertExactVectors(1536);
      assertEquals(1, issued.get());
      assertEquals("", azure.requests().get(0).headers().getOrDefault("api-key", ""));
      assertNowhere("very-secret", ended);
    }
  }

  @Test
  void theCertificatesForTheProviderAreNotThoseForTheIssuer() throws Exception {
    MadeCertificates ours = MadeCertificates.forHost(folder.resolve("ours.p12"), "localhost");
    MadeCertificates other = MadeCertificates.forHost(folder.resolve("other.p12"), "other.test");
    Path issuers = Files.writeString(folder.resolve("issuer.pem"), ours.pem());
    Path provider = Files.writeString(folder.resolve("provider.pem"), other.pem());
    try (TlsServer issuer = TlsServer.with(ours, Reply.token("very-secret-token-1").body());
        TokenServer azure = embedding(AZURE, 1536, "Bearer very-secret-token-1"::equals)) {

      Ended ended =
          new InProcess(folder)
              .with("AZURE_TENANT_ID", "our-tenant")
              .with("AZURE_CLIENT_ID", "our-application")
              .with("AZURE_CLIENT_SECRET", "very-secret-secret")
              .with("AZURE_AUTHORITY_HOST", issuer.url().replace("/v1", ""))
              .with("SSL_CERT_FILE", issuers.toString())
              .run(
                  batch(
                      "azure-openai",
                      azure.address(),
                      "text-embedding-3-small",
                      "--ca-cert=" + provider));

      assertEquals(0, ended.code(), ended.err());
      assertExactVectors(1536);
    }
  }

  @Test
  void azureTakesItsKeyWhereOneIsSet() throws IOException {
    try (TokenServer issuer = new TokenServer(request -> Reply.token("never"));
        TokenServer azure = embedding(AZURE, 1536, sent -> true)) {

      Ended ended =
          new InProcess(folder)
              .with("AZURE_OPENAI_API_KEY", "a-key")
              .with("AZURE_POD_IDENTITY_AUTHORITY_HOST", issuer.address())
              .run(batch("azure-openai", azure.address(), "text-embedding-3-small"));

      assertEquals(0, ended.code(), ended.err());
      assertEquals("a-key", azure.requests().get(0).headers().get("api-key"));
      assertEquals(List.of(), issuer.requests());
    }
  }

  @Test
  void aMachinesIdentityIsAskedForOneTokenWhereNothingElseIsSet() throws IOException {
    try (TokenServer identity =
            new TokenServer(
                request -> Reply.token("very-secret-token-" + issued.incrementAndGet()));
        TokenServer azure = embedding(AZURE, 1536, "Bearer very-secret-token-1"::equals)) {

      Ended ended =
          new InProcess(folder)
              .with("AZURE_POD_IDENTITY_AUTHORITY_HOST", identity.address())
              .run(batch("azure-openai", azure.address(), "text-embedding-3-small"));

      assertEquals(0, ended.code(), ended.err());
      assertEquals(1, identity.requests().size());
    }
  }

  @Test
  void aTokenIsNotSentUnencryptedToAnotherMachine() throws IOException {
    try (TokenServer issuer = issuer()) {
      Ended ended = google(issuer).run(batch("vertex", "http://192.0.2.1", "gemini-embedding-001"));

      assertEquals(2, ended.code());
      assertTrue(ended.err().contains("a token would cross the network unencrypted"), ended.err());
      assertEquals(0, issued.get());
    }
  }
}
