package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.Usage;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An HTTP proxy for calls. Its {@code toString} contains the host and port, but no password. */
final class HttpProxy {
  /** The default port of URLs and of most programs that read these variables; curl uses 1080. */
  private static final int USUAL_PORT = 80;

  private final String variable;
  private final String host;
  private final int port;
  private final Optional<String> credentials;

  private HttpProxy(String variable, String host, int port, Optional<String> credentials) {
    this.variable = variable;
    this.host = host;
    this.port = port;
    this.credentials = credentials;
  }

  /**
   * The proxy that a variable names, as {@code http://USER:PASSWORD@HOST:PORT} or shorter.
   *
   * @throws Usage if its value cannot be used; the message does not repeat the value, since it may
   *     contain a password
   */
  static HttpProxy of(String variable, String value) {
    URI address;
    try {
      address = new URI(value.contains("://") ? value : "http://" + value);
    } catch (URISyntaxException e) {
      throw unreadable(variable); // without the cause, which repeats the value
    }
    if (!address.getScheme().equalsIgnoreCase("http")) {
      throw new Usage(
          variable
              + " names a proxy without plain HTTP, which embedctl cannot use;"
              + " give one as http://HOST:PORT, or list the target in NO_PROXY");
    }
    int port = address.getPort() == -1 ? USUAL_PORT : address.getPort();
    boolean more =
        !Optional.ofNullable(address.getPath()).orElse("").replace("/", "").isEmpty()
            || address.getQuery() != null
            || address.getFragment() != null;
    if (address.getHost() == null || port < 1 || port > 65_535 || more) {
      throw unreadable(variable);
    }
    return new HttpProxy(
        variable,
        address.getHost(),
        port,
        Optional.ofNullable(address.getUserInfo())
            .map(user -> user.contains(":") ? user : user + ":"));
  }

  private static Usage unreadable(String variable) {
    return new Usage(
        variable
            + " is not the address of a proxy; give http://[USER:PASSWORD@]HOST[:PORT], and in user and"
            + " password @ as %40, : as %3A, / as %2F, # as %23, ? as %3F");
  }

  /** The environment variable that names it. */
  String variable() {
    return variable;
  }

  /** A selector that always returns this proxy; its name is resolved for each call. */
  ProxySelector selector() {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return ProxySelector.of(InetSocketAddress.createUnresolved(name, port));
  }

  /**
   * The header with the credentials for the proxy. It is sent with the first request and without an
   * {@link java.net.Authenticator}, with which older JDKs omit the call's own Authorization. The
   * JDK's client sends it only to the proxy, not through a tunnel.
   */
  Map<String, String> headers() {
    return credentials
        .map(text -> Map.of("Proxy-Authorization", "Basic " + base64(text)))
        .orElse(Map.of());
  }

  /** The secrets in its address. */
  Stream<String> secrets() {
    return credentials.stream()
        .flatMap(text -> Stream.of(text.substring(text.indexOf(':') + 1), base64(text)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Host and port. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
