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

/** Keys and certificates of servers, made by the JDK's keytool. */
public final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path store;

  private Certificates(Path store) {
    this.store = store;
  }

  /** A self-signed certificate for a host. */
  public static Certificates forHost(Path store, String host, String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of("-ext", "san=dns:" + host));
    all.addAll(Arrays.asList(more));
    return selfSigned(store, host, all.toArray(String[]::new));
  }

  /** A self-signed certificate; further arguments are keytool's. */
  public static Certificates selfSigned(Path store, String name, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + name));
    command.addAll(Arrays.asList(more));
    keytool(store, command);
    return new Certificates(store);
  }

  /** A certificate for a host that another one, as an issuer, has signed. */
  public Certificates issue(Path other, String host) throws Exception {
    Certificates issued = forHost(other, host);
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

  /** TLS for a server that has it. */
  public SSLContext context() throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys(), PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    return tls;
  }
}
