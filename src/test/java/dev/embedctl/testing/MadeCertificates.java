package dev.embedctl.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Keys and certificates of servers, made by the JDK's keytool. */
public final class MadeCertificates {
  private static final String PASSWORD = "changeit";

  private final Path store;

  private MadeCertificates(Path store) {
    this.store = store;
  }

  /** A self-signed certificate for a host. */
  public static MadeCertificates forHost(Path store, String host, String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of("-ext", "san=dns:" + host));
    all.addAll(Arrays.asList(more));
    return selfSigned(store, host, all.toArray(String[]::new));
  }

  /** A self-signed certificate; further arguments are keytool's. */
  public static MadeCertificates selfSigned(Path store, String name, String... more)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + name));
    command.addAll(Arrays.asList(more));
    keytool(store, command);
    return new MadeCertificates(store);
  }

  /** A certificate for a host that another one, as an issuer, has signed. */
  public MadeCertificates issue(Path other, String host) throws Exception {
    MadeCertificates issued = forHost(other, host);
    Path request = Path.of(other + ".csr");
    Path signed = Path.of(other + ".cer");
    keytool(other, List.of("-certreq", "-alias", "server", "-file", request.toString()));
    keytool(
        store,
        List.of(
            "-gencert",
            "-alias",
            "server",
            "-ext",
            "san=dns:" + host,
            "-infile",
            request.toString(),
            "-outfile",
            signed.toString()));
    Path root = Files.writeString(Path.of(other + ".root.pem"), pem());
    keytool(other, List.of("-importcert", "-noprompt", "-alias", "root", "-file", root.toString()));
    keytool(
        other, List.of("-importcert", "-noprompt", "-alias", "server", "-file", signed.toString()));
    return issued;
  }

  private static void keytool(Path store, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(
        List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  private KeyStore keys() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  /** The server's certificate in PEM, with a comment before it as bundles have. */
  public String pem() throws Exception {
    Certificate certificate = keys().getCertificate("server");
    return "# a comment - of a bundle\n-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  /** How a private key is written in PEM. */
  public enum KeyForm {
    PKCS8("PRIVATE KEY"),
    PKCS1("RSA PRIVATE KEY"),
    SEC1("EC PRIVATE KEY");

    private final String label;

    KeyForm(String label) {
      this.label = label;
    }
  }

  /** The private key in PEM. */
  public String keyPem(KeyForm form) throws Exception {
    byte[] pkcs8 = keys().getKey("server", PASSWORD.toCharArray()).getEncoded();
    byte[] bytes = form == KeyForm.PKCS8 ? pkcs8 : older(pkcs8);
    return "-----BEGIN "
        + form.label
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(bytes)
        + "\n-----END "
        + form.label
        + "-----\n";
  }

  /** The third element of a key in PKCS#8, after its version and algorithm: the older form. */
  private static byte[] older(byte[] pkcs8) {
    int at = content(pkcs8, 0);
    int algorithm = at + 3; // the version is one byte
    int key = content(pkcs8, algorithm) + pkcs8[algorithm + 1];
    return Arrays.copyOfRange(pkcs8, content(pkcs8, key), pkcs8.length);
  }

  private static int content(byte[] der, int element) {
    int length = der[element + 1] & 0xFF;
    return element + (length < 0x80 ? 2 : 2 + length - 0x80);
  }

  /** TLS for a server that has it. */
  public SSLContext context() throws Exception {
    return context(null);
  }

  /** TLS for a server that has it and trusts clients with another one. */
  public SSLContext contextTrusting(MadeCertificates client) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("client", client.keys().getCertificate("server"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    return context(managers.getTrustManagers());
  }

  private SSLContext context(TrustManager[] trust) throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys(), PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), trust, null);
    return tls;
  }
}
