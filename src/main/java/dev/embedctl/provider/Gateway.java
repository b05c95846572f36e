package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.tls.Certificates;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the way to a provider needs besides its address and key. Immutable.
 *
 * @param caCert the file with the only certificates that are trusted
 * @param clientCert the file with the client's certificate
 * @param clientKey the file with the key of that certificate
 */
public record Gateway(
    Optional<String> caCert, Optional<String> clientCert, Optional<String> clientKey)
    implements Serializable {
  public Gateway {
    Objects.requireNonNull(caCert);
    Objects.requireNonNull(clientCert);
    Objects.requireNonNull(clientKey);
  }

  /**
   * The certificates for calls.
   *
   * @throws Usage if a file cannot be used
   */
  Certificates certificates(Map<String, String> env) {
    return Certificates.of(env, caCert, clientCert, clientKey);
  }

  /** An Optional is not serialisable, so the serial form has null for an empty one. */
  private Object writeReplace() {
    return new SerialForm(caCert.orElse(null), clientCert.orElse(null), clientKey.orElse(null));
  }

  private record SerialForm(String caCert, String clientCert, String clientKey)
      implements Serializable {
    private Object readResolve() {
      return new Gateway(
          Optional.ofNullable(caCert),
          Optional.ofNullable(clientCert),
          Optional.ofNullable(clientKey));
    }
  }
}
