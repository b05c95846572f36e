package dev.embedctl.provider.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Presents the client's certificate, if it has one, to each server that requests one, and remembers
 * the request. The JDK's own manager presents none if the server lists other issuers, and then the
 * server's error is that none was given.
 */
final class Presenting extends X509ExtendedKeyManager {
  private static final String ALIAS = "client";

  private final Optional<ClientCertificate> own;
  private final AtomicBoolean requested;

  /**
   * A manager.
   *
   * @param requested becomes true when a server requests a certificate
   */
  Presenting(Optional<ClientCertificate> own, AtomicBoolean requested) {
    this.own = own;
    this.requested = requested;
  }

  @Override
  public String chooseEngineClientAlias(String[] kinds, Principal[] issuers, SSLEngine engine) {
    return chosen(kinds);
  }

  @Override
  public String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
    return chosen(kinds);
  }

  /** The JDK's interface has null for none. */
  private String chosen(String... kinds) {
    requested.set(true);
    return own.filter(certificate -> certificate.isOfKind(kinds)).map(any -> ALIAS).orElse(null);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return own.map(ClientCertificate::chain).orElse(null);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return own.map(ClientCertificate::key).orElse(null);
  }

  @Override
  public String[] getClientAliases(String kind, Principal[] issuers) {
    return own.map(any -> new String[] {ALIAS}).orElse(null);
  }

  @Override
  public String[] getServerAliases(String kind, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
    return null;
  }
}
