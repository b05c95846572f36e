package dev.embedctl.provider.tls;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The certificates of calls over TLS: those that are trusted, and this client's own, if any. */
public final class Certificates {
  private final Map<String, String> env;
  private final Optional<TrustedFile> trusted;
  private final Optional<ClientCertificate> own;
  private final AtomicBoolean requested = new AtomicBoolean();

  private Certificates(
      Map<String, String> env, Optional<TrustedFile> trusted, Optional<ClientCertificate> own) {
    this.env = env;
    this.trusted = trusted;
    this.own = own;
  }

  /** The certificates of the JDK, and those in the files that environment variables name. */
  public static Certificates of(Map<String, String> env) {
    return new Certificates(env, Optional.empty(), Optional.empty());
  }

  /**
   * Reads the files that options name.
   *
   * @param trusted the file with the only certificates that are trusted; empty for those of {@link
   *     #of(Map)}
   * @param own the file with this client's certificate; empty if it has none
   * @param key the file with the key of that certificate; empty if it is in the same file
   * @throws Usage if a file cannot be used
   */
  public static Certificates of(
      Map<String, String> env,
      Optional<String> trusted,
      Optional<String> own,
      Optional<String> key) {
    if (own.isEmpty() && key.isPresent()) {
      throw new Usage(
          Parameter.CLIENT_KEY
              + " "
              + key.get()
              + ": name the file with the certificate too, with "
              + Parameter.CLIENT_CERT);
    }
    return new Certificates(
        env,
        trusted.map(path -> TrustedFile.read(PemFile.of(Parameter.CA_CERT, path))),
        own.map(
            path ->
                ClientCertificate.read(
                    PemFile.of(Parameter.CLIENT_CERT, path),
                    key.map(file -> PemFile.of(Parameter.CLIENT_KEY, file))
                        .orElseGet(() -> PemFile.of(Parameter.CLIENT_CERT, path)))));
  }

  /**
   * A TLS context with these certificates, for calls to one host.
   *
   * @throws Usage if the file cannot be used in which an environment variable replaces the JDK's
   *     certificates
   */
  public SSLContext context(String host) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new Presenting(own, requested)},
          new TrustManager[] {new TrustedCertificates(env, trusted).manager(host)},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /** A sentence about a failure of TLS; empty if a retry may succeed. */
  public Optional<String> explain(Throwable failure) {
    return TlsFailure.in(failure, presented());
  }

  /**
   * A sentence about this client's certificate, if the server requested one: the alert with which a
   * server rejects it may be lost when the server closes the connection.
   */
  public Optional<String> presented() {
    return requested.get()
        ? Optional.of(
            own.map(
                    certificate ->
                        "it rejects the client certificate "
                            + certificate
                            + ": use one from an issuer that the server trusts")
                .orElse(
                    "it requires a client certificate: name the files of yours with "
                        + Parameter.CLIENT_CERT
                        + " and "
                        + Parameter.CLIENT_KEY))
        : Optional.empty();
  }
}
