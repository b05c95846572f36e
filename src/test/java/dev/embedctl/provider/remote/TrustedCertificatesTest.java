package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.provider.tls.Certificates;
import dev.embedctl.testing.MadeCertificates;
import dev.embedctl.testing.MadeCertificates.KeyForm;
import dev.embedctl.testing.RejectingServer;
import dev.embedctl.testing.TlsServer;
import dev.embedctl.testing.Vectors;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers over TLS whose certificates are trusted or not, and that require one or not. */
@Timeout(60)
final class TrustedCertificatesTest {
  private static final Certificates JDK = Certificates.of(Map.of());

  private static final Map<String, MadeCertificates> MADE = new TreeMap<>();

  @TempDir private static Path stores;
  @TempDir private Path folder;

  private static EmbeddingProvider open(String url, Certificates certificates) {
    EmbeddingSpec spec =
        new EmbeddingSpec(
            "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
    return RemoteProvider.open(
        new RemoteProvider.Settings(
            spec,
            URI.create(url),
            URI.create(url).getHost(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Proxies(Map.of()),
            certificates,
            PlainKeys.REFUSED,
            Duration.ofSeconds(20),
            Optional.empty(),
            Set.of(),
            Normalization.NONE,
            sentence -> {}),
        ProviderCatalog.builtIn().provider("openai"),
        ProviderCatalog.builtIn().model("openai", "m"),
        Clock.systemUTC());
  }

  private static void call(TlsServer server, Certificates certificates)
      throws ProviderException, InterruptedException {
    call(server.url(), certificates);
  }

  private static void call(String url, Certificates certificates)
      throws ProviderException, InterruptedException {
    try (EmbeddingProvider provider = open(url, certificates)) {
      assertEquals(List.of(Vectors.of("x", 4)), provider.embed(List.of("x")).vectors());
    }
  }

  private static void call(MadeCertificates server, Certificates certificates) throws Exception {
    try (TlsServer up = TlsServer.with(server)) {
      call(up, certificates);
    }
  }

  private static String refusal(TlsServer server, Certificates certificates) {
    return refusal(server.url(), certificates);
  }

  private static String refusal(String url, Certificates certificates) {
    Hopeless failure = assertThrows(Hopeless.class, () -> call(url, certificates));
    assertEquals(Hopeless.Reason.CERTIFICATE, failure.reason());
    assertFalse(failure.getMessage().contains("PKIX"), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
    return failure.getMessage();
  }

  private static String refusal(MadeCertificates server, Certificates certificates)
      throws Exception {
    try (TlsServer up = TlsServer.with(server)) {
      return refusal(up, certificates);
    }
  }

  private static Certificates env(String variable, String file) {
    return Certificates.of(Map.of(variable, file));
  }

  private static Certificates trusting(String file) {
    return Certificates.of(Map.of(), Optional.of(file), Optional.empty(), Optional.empty());
  }

  private Certificates own(MadeCertificates server, String certificate, String key)
      throws Exception {
    return Certificates.of(
        Map.of(),
        Optional.of(file(server.pem())),
        Optional.of(certificate),
        Optional.of(key).filter(file -> !file.isEmpty()));
  }

  private String file(String content) throws Exception {
    return Files.writeString(Files.createTempFile(folder, "file", ".pem"), content).toString();
  }

  /** Makes one at its first use, since keytool is slow. */
  private static MadeCertificates made(String name, Maker maker) throws Exception {
    if (!MADE.containsKey(name)) {
      MADE.put(name, maker.make(stores.resolve(name + ".p12")));
    }
    return MADE.get(name);
  }

  /** Makes certificates in a key store. */
  private interface Maker {
    MadeCertificates make(Path store) throws Exception;
  }

  private static MadeCertificates certificate(String name, String host, String... more)
      throws Exception {
    return made(name, store -> MadeCertificates.forHost(store, host, more));
  }

  private static MadeCertificates selfSigned(String name, String subject, String... more)
      throws Exception {
    return made(name, store -> MadeCertificates.selfSigned(store, subject, more));
  }

  private static void assertHas(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void aSelfSignedOneIsNotTrustedUntilItsFileIsNamed() throws Exception {
    MadeCertificates own = certificate("own", "localhost");

    assertHas(refusal(own, JDK), "its certificate is self-signed", "name that file with `ca-cert`");
    call(own, trusting(file(own.pem())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"})
  void anIssuerThatIsNotKnownIsNamedAndTrustedByTheFileOfAVariable(String variable)
      throws Exception {
    MadeCertificates root = selfSigned("ca", "Some Company", "-ext", "bc:c");
    MadeCertificates issued = made("issued", store -> root.issue(store, "localhost"));

    assertHas(refusal(issued, JDK), "not trusted here (CN=Some Company)", "the issuer's");
    MadeCertificates other = certificate("other", "other.test");
    call(issued, env(variable, file(other.pem() + root.pem())));
  }

  @Test
  void aFileThatReplacesJavasListIsNamedWhereAnIssuerIsMissingInIt() throws Exception {
    MadeCertificates own = certificate("own", "localhost");
    String other = file(certificate("other", "other.test").pem());

    assertHas(
        refusal(own, env("SSL_CERT_FILE", other)),
        "add it to the file in SSL_CERT_FILE=" + other + ", which replaces Java's list");
    assertHas(refusal(own, trusting(other)), "add it to the file in `ca-cert` " + other);
    assertHas(refusal(own, env("NODE_EXTRA_CA_CERTS", other)), "put it into a PEM file");
  }

  @Test
  void theOptionHasPrecedenceAndThenTheVariableOfOpenSsl() throws Exception {
    MadeCertificates own = certificate("own", "localhost");
    String right = file(own.pem());
    String wrong = file(certificate("other", "other.test").pem());

    call(
        own,
        Certificates.of(
            Map.of("SSL_CERT_FILE", wrong),
            Optional.of(right),
            Optional.empty(),
            Optional.empty()));
    call(own, Certificates.of(Map.of("SSL_CERT_FILE", right, "REQUESTS_CA_BUNDLE", wrong)));
    call(own, Certificates.of(Map.of("SSL_CERT_FILE", wrong, "NODE_EXTRA_CA_CERTS", right)));
    refusal(
        own,
        Certificates.of(
            Map.of("NODE_EXTRA_CA_CERTS", right),
            Optional.of(wrong),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void oneForAnotherHostSaysForWhich() throws Exception {
    MadeCertificates other = certificate("other", "other.test");
    MadeCertificates address = selfSigned("address", "Gateway", "-ext", "san=ip:10.1.2.3");

    assertHas(
        refusal(other, trusting(file(other.pem()))), "is for other.test and not for localhost");
    assertHas(
        refusal(address, trusting(file(address.pem()))), "is for 10.1.2.3 and not for localhost");
  }

  @Test
  void oneThatHasExpiredSaysWhen() throws Exception {
    String[] tenDaysOf2020 = {"-startdate", "2020/01/01", "-validity", "10"};
    MadeCertificates old = certificate("old", "localhost", tenDaysOf2020);

    assertHas(refusal(old, JDK), "its certificate expired on 2020-01-1");
    assertHas(refusal(old, trusting(file(old.pem()))), "its certificate expired on 2020-01-1");
  }

  @Test
  void aRefusedCertificateCostsOneHandshake() throws Exception {
    try (TlsServer server = TlsServer.with(certificate("own", "localhost"))) {
      refusal(server, JDK);

      assertEquals(1, server.handshakes());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | contains no certificate in PEM",
        "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE----- | certificate 1 of 1 is damaged",
        "0binary | is in binary form (DER or PKCS#12)",
      })
  void aFileThatCannotBeUsedIsNamedWithWhatIsWrong(String content, String wrong) throws Exception {
    String file = file(content);
    MadeCertificates own = certificate("own", "localhost");

    Usage typed = assertThrows(Usage.class, () -> trusting(file));
    assertHas(typed.getMessage(), "`ca-cert` " + file + ": " + wrong, "; name another file");
    for (String variable : List.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")) {
      Usage set = assertThrows(Usage.class, () -> call(own, env(variable, file)));
      assertHas(set.getMessage(), variable + "=" + file + ": " + wrong, "; set " + variable);
    }
    assertHas(
        refusal(own, env("NODE_EXTRA_CA_CERTS", file)),
        "its certificate is self-signed",
        "NODE_EXTRA_CA_CERTS=" + file + ": " + wrong);
  }

  @Test
  void aFileThatIsMissingOrAFolderIsNamed() {
    String missing = folder.resolve("none.pem").toString();

    assertHas(
        assertThrows(Usage.class, () -> trusting(missing)).getMessage(),
        "`ca-cert` " + missing + ": there is no such file");
    assertHas(
        assertThrows(Usage.class, () -> trusting(folder.toString())).getMessage(),
        "`ca-cert` " + folder + ": is a folder");
  }

  @Test
  void aFileThatNoCallNeedsMayBeMissing() {
    String missing = folder.resolve("none.pem").toString();

    open("https://localhost:1/v1", env("SSL_CERT_FILE", missing)).close();
  }

  @ParameterizedTest
  @CsvSource({
    "EC, PKCS8, TLSv1.3",
    "EC, SEC1, TLSv1.3",
    "EC, SEC1, TLSv1.2",
    "RSA, PKCS8, TLSv1.2",
    "RSA, PKCS1, TLSv1.3",
    "Ed25519, PKCS8, TLSv1.3",
  })
  void aServerThatRequiresACertificateGetsIt(String algorithm, KeyForm form, String protocol)
      throws Exception {
    MadeCertificates server = certificate("own", "localhost");
    MadeCertificates client = selfSigned("client" + algorithm, "Me", "-keyalg", algorithm);
    try (TlsServer up = TlsServer.requiring(client, server, protocol)) {
      call(up, own(server, file(client.pem()), file(client.keyPem(form))));
      call(up, own(server, file(client.keyPem(form) + client.pem()), ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aServerThatRequiresAnotherCertificateIsExplained(String protocol) throws Exception {
    MadeCertificates server = certificate("own", "localhost");
    MadeCertificates wanted = selfSigned("a", "Wanted");
    MadeCertificates given = selfSigned("b", "Given");
    String certificate = file(given.pem());
    try (RejectingServer up = new RejectingServer(server.contextTrusting(wanted), protocol)) {
      assertHas(
          refusal(up.url(), trusting(file(server.pem()))),
          "it requires a client certificate: name the files of yours with `client-cert`");
      assertHas(
          refusal(up.url(), own(server, certificate, file(given.keyPem(KeyForm.PKCS8)))),
          "it rejects the client certificate CN=Given in `client-cert` " + certificate);
    }
  }

  /** Its alert may be lost, so the failure may be one that is tried again. */
  @Test
  void aServerThatHangsUpWithoutACertificateIsExplainedToo() throws Exception {
    MadeCertificates server = certificate("own", "localhost");
    MadeCertificates wanted = selfSigned("a", "Wanted");
    try (TlsServer up = TlsServer.requiring(wanted, server, "TLSv1.2")) {
      ProviderException failure =
          assertThrows(ProviderException.class, () -> call(up, trusting(file(server.pem()))));

      assertHas(failure.getMessage(), "it requires a client certificate: name the files of yours");
    }
  }

  private static String wrongKey(String certificate, String key) {
    return assertThrows(
            Usage.class,
            () ->
                Certificates.of(
                    Map.of(), Optional.empty(), Optional.of(certificate), Optional.of(key)))
        .getMessage();
  }

  @Test
  void aKeyThatCannotBeUsedIsNamedWithWhatIsWrong() throws Exception {
    MadeCertificates client = selfSigned("clientEC", "Me", "-keyalg", "EC");
    MadeCertificates other = selfSigned("clientRSA", "Me", "-keyalg", "RSA");
    MadeCertificates sameKind = selfSigned("a", "Wanted");
    String certificate = file(client.pem());

    String encrypted =
        file("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assertHas(
        wrongKey(certificate, encrypted),
        "`client-key` " + encrypted + ": the private key is encrypted",
        "openssl pkey");
    assertHas(
        wrongKey(
            certificate,
            file(
                """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,1F

                AAAA
                -----END RSA PRIVATE KEY-----
                """)),
        "the private key is encrypted");
    assertHas(
        wrongKey(certificate, file(other.keyPem(KeyForm.PKCS8))),
        "does not belong to the client certificate");
    assertHas(
        wrongKey(certificate, file(other.keyPem(KeyForm.PKCS1))),
        "does not belong to the client certificate");
    assertHas(
        wrongKey(certificate, file(sameKind.keyPem(KeyForm.PKCS8))),
        "does not belong to the client certificate");
    assertHas(
        wrongKey(certificate, file("-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----")),
        "damaged");
    assertHas(
        wrongKey(certificate, file("-----BEGIN OPENSSH PRIVATE KEY-----AAAA-----END")),
        "of the form OPENSSH PRIVATE KEY cannot be used");
    assertHas(wrongKey(certificate, certificate), "contains no private key in PEM");
  }

  @Test
  void aClientCertificateThatHasExpiredIsNotSent() throws Exception {
    MadeCertificates old =
        selfSigned("oldClient", "Me", "-startdate", "2020/01/01", "-validity", "10");
    String certificate = file(old.pem());

    assertHas(
        wrongKey(certificate, file(old.keyPem(KeyForm.PKCS8))),
        "`client-cert` " + certificate + ": the client certificate expired on 2020-01-1");
  }

  @Test
  void aKeyWithoutACertificateIsAUsageError() {
    Usage failure =
        assertThrows(
            Usage.class,
            () ->
                Certificates.of(
                    Map.of(), Optional.empty(), Optional.empty(), Optional.of("/key.pem")));

    assertHas(failure.getMessage(), "`client-key` /key.pem: name the file with the certificate");
  }
}
