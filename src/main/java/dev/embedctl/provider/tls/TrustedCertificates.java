package dev.embedctl.provider.tls;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The trusted certificates. As in the programs that these variables come from, {@code
 * SSL_CERT_FILE} (OpenSSL) and {@code REQUESTS_CA_BUNDLE} (Python) replace the JDK's list, and
 * {@code NODE_EXTRA_CA_CERTS} (Node.js) adds to it. A file that an option names is the only one.
 */
final class TrustedCertificates {
  private static final String ADDING = "NODE_EXTRA_CA_CERTS";

  private final Map<String, String> env;
  private final Optional<TrustedFile> only;

  /**
   * The certificates for an environment.
   *
   * @param only the certificates that replace all others, if there are some
   */
  TrustedCertificates(Map<String, String> env, Optional<TrustedFile> only) {
    this.env = env;
    this.only = only;
  }

  /**
   * Checks whether the servers of one host can be trusted.
   *
   * @throws Usage if the file that replaces the JDK's list cannot be used
   */
  ExplainingTrustManager manager(String host) {
    Optional<TrustedFile> instead =
        only.or(
            () ->
                Stream.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
                    .flatMap(variable -> named(variable).stream())
                    .findFirst()
                    .map(TrustedFile::read));
    List<X509Certificate> more = new ArrayList<>();
    Optional<String> unread =
        only.isPresent() ? Optional.empty() : named(ADDING).flatMap(file -> add(file, more));
    try {
      return new ExplainingTrustManager(
          instead.isEmpty() && more.isEmpty() ? trusting(null) : trusting(all(instead, more)),
          host,
          instead.map(TrustedFile::file),
          unread);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK's own certificates cannot be read", e);
    }
  }

  private Optional<PemFile> named(String variable) {
    return Optional.ofNullable(env.get(variable))
        .filter(path -> !path.isBlank())
        .map(path -> PemFile.of(variable, path));
  }

  /** Adds certificates; an error is returned, since a run that needs none of them goes on. */
  private static Optional<String> add(PemFile file, List<X509Certificate> to) {
    try {
      to.addAll(file.certificates());
      return Optional.empty();
    } catch (Usage e) {
      return Optional.of(e.getMessage());
    }
  }

  private static KeyStore all(Optional<TrustedFile> instead, List<X509Certificate> more)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> certificates = new ArrayList<>(more);
    certificates.addAll(
        instead.isPresent()
            ? instead.get().certificates()
            : Arrays.asList(trusting(null).getAcceptedIssuers()));
    KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
    all.load(null, null);
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
