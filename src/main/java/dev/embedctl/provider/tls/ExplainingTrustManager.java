package dev.embedctl.provider.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Checks certificates as the JDK does, and explains in a sentence why one is not trusted. */
final class ExplainingTrustManager extends X509ExtendedTrustManager {
  private static final int DNS_NAME = 2;
  private static final int MOST_NAMES = 3;

  private final X509ExtendedTrustManager jdk;
  private final String host;
  private final Optional<String> unread;

  /**
   * A manager.
   *
   * @param host the host of the server
   * @param unread the reason why the file with further certificates could not be read, if so
   */
  ExplainingTrustManager(X509ExtendedTrustManager jdk, String host, Optional<String> unread) {
    this.jdk = jdk;
    this.host = host;
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
      throw new Untrusted(sentence(chain[0], e), e);
    }
  }

  private String sentence(X509Certificate certificate, CertificateException refusal) {
    String message = String.valueOf(refusal.getMessage());
    if (isExpired(refusal)) {
      return "its certificate expired on "
          + day(certificate.getNotAfter())
          + ": the server's operator must renew it";
    }
    if (has(refusal, CertificateNotYetValidException.class)) {
      return "its certificate is not valid before "
          + day(certificate.getNotBefore())
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
      return (isSelfSigned(certificate)
              ? "its certificate is self-signed"
              : "its certificate comes from an issuer that is not trusted here ("
                  + shortName(certificate.getIssuerX500Principal())
                  + ")")
          + ": if you trust it, put "
          + (isSelfSigned(certificate) ? "it" : "the issuer's certificate")
          + " into a PEM file and set "
          + TrustedCertificates.VARIABLE
          + " to that file"
          + unread.map(why -> " (the current file " + why + ")").orElse("");
    }
    return "its certificate is not trusted: it is not a server certificate, or its algorithm is"
        + " too weak";
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

  private static String day(java.util.Date date) {
    return date.toInstant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
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
                  .filter(name -> name.get(0).equals(DNS_NAME))
                  .limit(MOST_NAMES)
                  .map(name -> String.valueOf(name.get(1)))
                  .toList();
      return names.isEmpty()
          ? shortName(certificate.getSubjectX500Principal())
          : String.join(", ", names);
    } catch (CertificateParsingException e) {
      return shortName(certificate.getSubjectX500Principal());
    }
  }

  private static String shortName(Principal principal) {
    String name = principal.getName().replaceAll("\\p{Cntrl}", " ");
    return name.length() > 100 ? name.substring(0, 100) + "…" : name;
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
