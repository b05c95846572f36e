package dev.embedctl.provider.tls;

import dev.embedctl.model.Parameter;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Checks certificates as the JDK does, and explains in a sentence why one is not trusted. */
final class ExplainingTrustManager extends X509ExtendedTrustManager {
  private static final Set<Object> NAMES_OF_HOSTS = Set.of(2, 7); // DNS name, IP address
  private static final int MOST_NAMES = 3;

  private final X509ExtendedTrustManager jdk;
  private final String host;
  private final Optional<PemFile> only;
  private final Optional<String> unread;

  /**
   * A manager.
   *
   * @param host the host of the server
   * @param only the file with the only certificates that are trusted; empty for the JDK's
   * @param unread the reason why the file with further certificates could not be read, if so
   */
  ExplainingTrustManager(
      X509ExtendedTrustManager jdk, String host, Optional<PemFile> only, Optional<String> unread) {
    this.jdk = jdk;
    this.host = host;
    this.only = only;
    this.unread = unread;
  }

  /** A certificate is not trusted; the message is a sentence for the user. */
  static final class Untrusted extends CertificateException {
    private static final long serialVersionUID = 1L;

    Untrusted(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A check of the JDK. */
  @FunctionalInterface
  private interface Check {
    void run() throws CertificateException;
  }

  private void explained(X509Certificate[] chain, Check check) throws Untrusted {
    try {
      chain[0].checkValidity(); // the JDK skips this if the certificate itself is trusted
      check.run();
    } catch (CertificateException e) {
      throw new Untrusted(sentence(chain, e), e);
    }
  }

  private String sentence(X509Certificate[] chain, CertificateException refusal) {
    X509Certificate certificate = chain[0];
    String message = String.valueOf(refusal.getMessage());
    if (isExpired(refusal)) {
      return expired(chain);
    }
    if (has(refusal, CertificateNotYetValidException.class)) {
      return "its certificate is not valid before "
          + Names.day(certificate.getNotBefore())
          + ": is this machine's clock right?";
    }
    if (message.startsWith("No subject alternative") || message.startsWith("No name matching")) {
      return "its certificate is for "
          + names(certificate)
          + " and not for "
          + host
          + ": use a name that the certificate contains";
    }
    if (has(refusal, CertPathBuilderException.class)) {
      boolean selfSigned = isSelfSigned(certificate);
      return (selfSigned
              ? "its certificate is self-signed"
              : "its certificate comes from an issuer that is not trusted here ("
                  + Names.shortName(certificate.getIssuerX500Principal())
                  + ")")
          + ": if you trust it, "
          + remedy(selfSigned ? "it" : "the issuer's certificate")
          + unread.map(why -> " (" + why + ")").orElse("");
    }
    return "its certificate is not trusted: it is not a server certificate, or its algorithm is"
        + " too weak";
  }

  private String remedy(String certificate) {
    return only.map(
            file ->
                "add " + certificate + " to the file in " + file + ", which replaces Java's list")
        .orElse(
            "put " + certificate + " into a PEM file and name that file with " + Parameter.CA_CERT);
  }

  /** Names the certificate of the chain that has expired; the last one may be the issuer's. */
  private static String expired(X509Certificate[] chain) {
    Instant now = Instant.now();
    return Arrays.stream(chain)
        .filter(each -> each.getNotAfter().toInstant().isBefore(now))
        .findFirst()
        .map(
            each ->
                (each.equals(chain[0])
                        ? "its certificate"
                        : "the certificate of its issuer "
                            + Names.shortName(each.getSubjectX500Principal()))
                    + " expired on "
                    + Names.day(each.getNotAfter())
                    + ": the server's operator must renew it")
        .orElse("a certificate of its issuers has expired: the server's operator must renew it");
  }

  private static boolean isExpired(Throwable failure) {
    return has(failure, CertificateExpiredException.class)
        || causes(failure)
            .filter(CertPathValidatorException.class::isInstance)
            .map(each -> ((CertPathValidatorException) each).getReason())
            .anyMatch(CertPathValidatorException.BasicReason.EXPIRED::equals);
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    return causes(failure).anyMatch(type::isInstance);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause).limit(10);
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static String names(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      List<String> names =
          all == null
              ? List.of()
              : all.stream()
                  .filter(name -> NAMES_OF_HOSTS.contains(name.get(0)))
                  .limit(MOST_NAMES)
                  .map(name -> String.valueOf(name.get(1)))
                  .toList();
      return names.isEmpty()
          ? Names.shortName(certificate.getSubjectX500Principal())
          : String.join(", ", names);
    } catch (CertificateParsingException e) {
      return Names.shortName(certificate.getSubjectX500Principal());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    explained(chain, () -> jdk.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    explained(chain, () -> jdk.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    explained(chain, () -> jdk.checkServerTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    jdk.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    jdk.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    jdk.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return jdk.getAcceptedIssuers();
  }
}
