package dev.embedctl.provider.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The trusted certificates: those of the JDK, and those in the PEM file that an environment
 * variable names.
 */
public final class TrustedCertificates {
  static final String VARIABLE = "SSL_CERT_FILE";

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\\s]*+)-----END");

  private final Optional<String> file;

  /** The certificates for an environment. */
  public TrustedCertificates(Map<String, String> env) {
    this.file = Optional.ofNullable(env.get(VARIABLE)).filter(name -> !name.isBlank());
  }

  /** A TLS context with these certificates, for calls to one host. */
  public SSLContext context(String host) {
    List<X509Certificate> own = new ArrayList<>();
    Optional<String> unread = file.flatMap(name -> read(name, own));
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null,
          new TrustManager[] {
            new ExplainingTrustManager(
                own.isEmpty() ? trusting(null) : trusting(allOf(own)), host, unread)
          },
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK's own certificates cannot be read", e);
    }
  }

  /** Reads certificates; returns an error, since a run that needs none of them goes on. */
  private static Optional<String> read(String name, List<X509Certificate> into) {
    try {
      Matcher blocks = BLOCK.matcher(Files.readString(Path.of(name), StandardCharsets.ISO_8859_1));
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      while (blocks.find()) {
        byte[] der = Base64.getMimeDecoder().decode(blocks.group(1));
        into.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
      return into.isEmpty() ? Optional.of("contains no PEM certificate") : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.of("cannot be read");
    } catch (CertificateException | IllegalArgumentException e) {
      return Optional.of("contains an incomplete certificate");
    }
  }

  private static KeyStore allOf(List<X509Certificate> own)
      throws GeneralSecurityException, IOException {
    KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
    all.load(null, null);
    List<X509Certificate> certificates =
        new ArrayList<>(Arrays.asList(trusting(null).getAcceptedIssuers()));
    certificates.addAll(own);
    for (int i = 0; i < certificates.size(); i++) {
      all.setCertificateEntry("certificate " + i, certificates.get(i));
    }
    return all;
  }

  /** The JDK's trust manager; without a store it trusts the JDK's certificates. */
  private static X509ExtendedTrustManager trusting(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("the JDK has no trust manager"));
  }
}
