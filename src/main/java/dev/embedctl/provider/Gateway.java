package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.remote.RequestExtras;
import dev.embedctl.provider.tls.Certificates;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the way to a provider needs besides its address and key. Immutable.
 *
 * @param headers further headers, as {@code Name: value}
 * @param query further parameters of the query, as {@code name=value}
 * @param caCert the file with the only certificates that are trusted
 * @param clientCert the file with the client's certificate
 * @param clientKey the file with the key of that certificate
 */
public record Gateway(
    List<String> headers,
    List<String> query,
    Optional<String> caCert,
    Optional<String> clientCert,
    Optional<String> clientKey)
    implements Serializable {
  /** No further headers, parameters or files. */
  static final Gateway NONE =
      new Gateway(List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  public Gateway {
    headers = List.copyOf(headers);
    query = List.copyOf(query);
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

  /** The same with more headers, where these lack them. */
  Gateway with(List<String> more) {
    return new Gateway(
        Stream.concat(
                headers.stream(),
                more.stream()
                    .filter(
                        each ->
                            headers.stream().noneMatch(given -> name(given).equals(name(each)))))
            .toList(),
        query,
        caCert,
        clientCert,
        clientKey);
  }

  private static String name(String header) {
    return header.split(":", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /**
   * The further headers and parameters with their values; empty if there are none.
   *
   * @throws Usage if one cannot be sent; the message contains no value
   */
  Optional<RequestExtras> extras(Map<String, String> env) {
    return headers.isEmpty() && query.isEmpty()
        ? Optional.empty()
        : Optional.of(RequestExtras.of(headers, query, env));
  }

  /** An Optional is not serialisable, so the serial form has null for an empty one. */
  private Object writeReplace() {
    return new SerialForm(
        headers, query, caCert.orElse(null), clientCert.orElse(null), clientKey.orElse(null));
  }

  private record SerialForm(
      List<String> headers, List<String> query, String caCert, String clientCert, String clientKey)
      implements Serializable {
    private Object readResolve() {
      return new Gateway(
          headers,
          query,
          Optional.ofNullable(caCert),
          Optional.ofNullable(clientCert),
          Optional.ofNullable(clientKey));
    }
  }
}
