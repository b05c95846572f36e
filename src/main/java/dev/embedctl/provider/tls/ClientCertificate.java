package dev.embedctl.provider.tls;

import dev.embedctl.model.EmbedctlException.Usage;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The certificate that identifies this client, with its key. */
final class ClientCertificate {
  private final PemFile file;
  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private ClientCertificate(PemFile file, List<X509Certificate> chain, PrivateKey key) {
    this.file = file;
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /**
   * Reads a certificate, before its issuers if there are some, and its key.
   *
   * @throws Usage if one of the files cannot be used, they do not belong together, or the
   *     certificate has expired
   */
  static ClientCertificate read(PemFile file, PemFile keyFile) {
    List<X509Certificate> chain = file.certificates();
    X509Certificate own = chain.getFirst();
    if (own.getNotAfter().toInstant().isBefore(Instant.now())) {
      throw file.error("the client certificate expired on " + Names.day(own.getNotAfter()));
    }
    return new ClientCertificate(file, chain, PrivateKeys.read(keyFile, own.getPublicKey()));
  }

  /** Its subject and file, for messages. */
  @Override
  public String toString() {
    return Names.shortName(chain.getFirst().getSubjectX500Principal()) + " in " + file;
  }

  /** Whether it has a key of one of these kinds. */
  boolean isOfKind(String... kinds) {
    return Arrays.asList(kinds).contains(key.getAlgorithm());
  }

  X509Certificate[] chain() {
    return chain.toArray(X509Certificate[]::new);
  }

  PrivateKey key() {
    return key;
  }
}
