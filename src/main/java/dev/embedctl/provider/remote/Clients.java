package dev.embedctl.provider.remote;

import dev.embedctl.provider.tls.Certificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Makes the JDK's clients for calls to servers. */
final class Clients {
  private Clients() {}

  /**
   * A client that always uses HTTP/1.1: over plain HTTP it would request an upgrade each time,
   * which some servers handle wrongly, and a few dozen calls at once gain nothing from HTTP/2.
   * Redirects are never followed, so that a key is sent to the given server only.
   */
  static HttpClient to(
      URI address, Optional<HttpProxy> proxy, Certificates certificates, Duration timeout) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .proxy(proxy.map(HttpProxy::selector).orElse(HttpClient.Builder.NO_PROXY))
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    return client
        .sslContext(
            address.getScheme().equals("http")
                ? trustingNone()
                : certificates.context(address.getHost()))
        .build();
  }

  /** A context for plain HTTP, which is never used: it saves loading the JDK's certificates. */
  private static SSLContext trustingNone() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }
}
