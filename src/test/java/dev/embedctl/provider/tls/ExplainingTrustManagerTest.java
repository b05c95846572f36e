package dev.embedctl.provider.tls;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Parameter;
import dev.embedctl.testing.MadeCertificates;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExplainingTrustManagerTest {
  @TempDir private Path folder;

  /** Finds an expired certificate in each chain. */
  private static final class Expired extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("PKIX", new CertificateExpiredException());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private X509Certificate certificate(String name, String... more) throws Exception {
    String pem = MadeCertificates.selfSigned(folder.resolve(name + ".p12"), name, more).pem();
    Path file = Files.writeString(folder.resolve(name + ".pem"), pem);
    return PemFile.of(Parameter.CA_CERT, file.toString()).certificates().getFirst();
  }

  @Test
  void anIssuersCertificateThatHasExpiredIsNamed() throws Exception {
    X509Certificate[] chain = {
      certificate("Server"), certificate("Company", "-startdate", "2020/01/01", "-validity", "10")
    };
    ExplainingTrustManager manager =
        new ExplainingTrustManager(new Expired(), "host", Optional.empty(), Optional.empty());

    String message =
        assertThrows(CertificateException.class, () -> manager.checkServerTrusted(chain, "UNKNOWN"))
            .getMessage();

    assertTrue(
        message.startsWith("the certificate of its issuer CN=Company expired on 2020-01-1"),
        message);
  }
}
