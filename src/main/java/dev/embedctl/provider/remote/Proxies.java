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
 * Selects the proxy for a call by the environment variables that curl, Go and Python share: {@code
 * HTTPS_PROXY} for https targets, {@code HTTP_PROXY} for http targets, {@code ALL_PROXY} if neither
 * is set, {@code NO_PROXY} for targets without a proxy. The lower-case name of a variable has
 * precedence, and a blank value counts as not set. The JDK's own proxy properties are ignored.
 *
 * <p>Calls to this machine never use a proxy. {@code HTTP_PROXY} in upper case is ignored if {@code
 * REQUEST_METHOD} is set: in a CGI script it contains the request's header {@code Proxy}.
 */
public final class Proxies {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final Map<String, String> env;

  /** Proxies for an environment. */
  public Proxies(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  /**
   * The proxy for an address that has a host; empty for a direct call.
   *
   * @throws Usage if the variable for this address does not name a usable proxy
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

  /** Compares names only, without a lookup: behind a proxy, only the proxy may know a name. */
  private static boolean isThisMachine(String host) {
    String name = NoProxy.plain(host.toLowerCase(Locale.ROOT));
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || NoProxy.address(name).filter(InetAddress::isLoopbackAddress).isPresent();
  }
}
