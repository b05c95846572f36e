package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.Usage;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which proxy the environment wants a call to go through, by the convention that curl, Go and
 * Python share: {@code HTTPS_PROXY} for targets on https, {@code HTTP_PROXY} for those on http,
 * {@code ALL_PROXY} where neither is set, {@code NO_PROXY} for those to be called directly. Each
 * may be written in lower case, which counts first; a blank one is none. The JDK's own proxy
 * properties are not looked at, so that the environment alone decides.
 *
 * <p>This machine itself is never called through a proxy. {@code HTTP_PROXY} in upper case does not
 * count where {@code REQUEST_METHOD} is set: in a CGI script it is not the user's but the request's
 * header {@code Proxy}.
 */
public final class Proxies {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final Map<String, String> env;

  /** What these environment variables want. */
  public Proxies(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  /**
   * The proxy on the way to an address that has a host; empty where it is called directly.
   *
   * @throws Usage where a variable that counts for it names no proxy that can be used
   */
  Optional<HttpProxy> toward(URI address) {
    boolean https = address.getScheme().equals("https");
    int usual = https ? HTTPS_PORT : HTTP_PORT;
    int port = address.getPort() == -1 ? usual : address.getPort();
    if (isThisMachine(address.getHost()) || excepts(address.getHost(), port)) {
      return Optional.empty();
    }
    return variables(https)
        .filter(this::isSet)
        .findFirst()
        .map(variable -> HttpProxy.of(variable, env.get(variable).strip()));
  }

  private Stream<String> variables(boolean https) {
    List<String> own =
        https
            ? List.of("https_proxy", "HTTPS_PROXY")
            : env.containsKey("REQUEST_METHOD")
                ? List.of("http_proxy")
                : List.of("http_proxy", "HTTP_PROXY");
    return Stream.concat(own.stream(), Stream.of("all_proxy", "ALL_PROXY"));
  }

  private boolean excepts(String host, int port) {
    return Stream.of("no_proxy", "NO_PROXY")
        .filter(this::isSet)
        .findFirst()
        .map(variable -> NoProxy.of(env.get(variable)).covers(host, port))
        .orElse(false);
  }

  private boolean isSet(String variable) {
    return !env.getOrDefault(variable, "").isBlank();
  }

  /** By its name or address alone: behind a proxy, other names may be known to the proxy only. */
  private static boolean isThisMachine(String host) {
    String name = NoProxy.plain(host.toLowerCase(Locale.ROOT));
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || NoProxy.address(name).filter(InetAddress::isLoopbackAddress).isPresent();
  }
}
