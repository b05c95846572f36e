package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.provider.tls.TrustedCertificates;
import dev.embedctl.testing.Certificates;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import dev.embedctl.testing.Vectors;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers over TLS whose certificates are trusted or not. */
@Timeout(60)
final class TrustedCertificatesTest {
  @TempDir private Path folder;

  /** A call to a server at localhost that has a certificate. */
  private void call(Certificates certificates, String file) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificates.context()));
    byte[] reply =
        OpenAiReplies.of(List.of(Vectors.of("x", 4)), Form.NUMBERS)
            .getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    server.start();
    try (EmbeddingProvider provider =
        open("https://localhost:" + server.getAddress().getPort(), file)) {
      assertEquals(List.of(Vectors.of("x", 4)), provider.embed(List.of("x")).vectors());
    } finally {
      server.stop(0);
    }
  }

  private static EmbeddingProvider open(String origin, String file) {
    EmbeddingSpec spec =
        new EmbeddingSpec(
            "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
    return RemoteProvider.open(
        new RemoteProvider.Settings(
            spec,
            URI.create(origin + "/v1"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Proxies(Map.of()),
            new TrustedCertificates(Map.of("SSL_CERT_FILE", file)),
            PlainKeys.REFUSED,
            Duration.ofSeconds(20),
            Normalization.NONE,
            sentence -> {}),
        ProviderCatalog.builtIn().provider("openai"),
        ProviderCatalog.builtIn().model("openai", "m"),
        Clock.systemUTC());
  }

  private String refusal(Certificates certificates, String file) {
    Hopeless failure = assertThrows(Hopeless.class, () -> call(certificates, file));
    assertEquals(Hopeless.Reason.CERTIFICATE, failure.reason());
    assertFalse(failure.getMessage().contains("PKIX"), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
    return failure.getMessage();
  }

  private String file(String pem) throws Exception {
    return Files.writeString(folder.resolve("bundle.pem"), pem).toString();
  }

  @Test
  void aSelfSignedOneIsNotTrustedUntilItsFileIsNamed() throws Exception {
    Certificates own = Certificates.forHost(folder.resolve("own.p12"), "localhost");

    assertTrue(refusal(own, "").contains("its certificate is self-signed"));
    assertTrue(refusal(own, "").contains("set SSL_CERT_FILE"));
    call(own, file(own.pem()));
  }

  @Test
  void anIssuerThatIsNotKnownIsNamedAndTrustedByItsFile() throws Exception {
    Certificates root =
        Certificates.selfSigned(folder.resolve("ca.p12"), "Some Company", "-ext", "bc:c");
    Certificates issued = root.issue(folder.resolve("issued.p12"), "localhost");

    assertTrue(refusal(issued, "").contains("not trusted here (CN=Some Company)"));
    Certificates other = Certificates.forHost(folder.resolve("other.p12"), "other.test");
    call(issued, file(other.pem() + root.pem()));
  }

  @Test
  void oneForAnotherHostSaysForWhich() throws Exception {
    Certificates other = Certificates.forHost(folder.resolve("other.p12"), "other.test");

    String refusal = refusal(other, file(other.pem()));
    assertTrue(refusal.contains("is for other.test and not for localhost"), refusal);
  }

  @Test
  void oneThatHasExpiredSaysWhen() throws Exception {
    Certificates old =
        Certificates.forHost(
            folder.resolve("old.p12"), "localhost", "-startdate", "2020/01/01", "-validity", "10");

    assertTrue(refusal(old, "").contains("expired on 2020-01-1"), refusal(old, ""));
    assertTrue(refusal(old, file(old.pem())).contains("expired on 2020-01-1"));
  }

  @Test
  void aFileWithoutCertificatesIsSaidWhereOneIsWanted() throws Exception {
    Certificates own = Certificates.forHost(folder.resolve("own.p12"), "localhost");

    assertTrue(refusal(own, file("nothing")).contains("contains no PEM certificate"));
    assertTrue(refusal(own, folder.resolve("none.pem").toString()).contains("cannot be read"));
    assertTrue(
        refusal(own, file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
            .contains("an incomplete certificate"));
  }
}
