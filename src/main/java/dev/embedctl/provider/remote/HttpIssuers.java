package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.Issuers;
import dev.embedctl.provider.tls.Certificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends calls to issuers of credentials, each with a client of its own: there is about one in an
 * hour. Addresses that exist only on the own machine or network are called without a proxy.
 */
public final class HttpIssuers implements Issuers {
  private static final int LONGEST_REPLY = 1 << 20;
  private static final String LINK_LOCAL = "169.254.";
  private static final Set<String> METADATA =
      Set.of("[fd00:ec2::254]", "[fd00:ec2::23]", "metadata.google.internal");

  private final Proxies proxies;
  private final Certificates certificates;

  public HttpIssuers(Proxies proxies, Certificates certificates) {
    this.proxies = proxies;
    this.certificates = certificates;
  }

  @Override
  public HttpResponse<byte[]> send(String issuer, HttpRequest request, Duration timeout)
      throws ProviderException, InterruptedException {
    URI address = request.uri();
    String where = issuer + " at " + address.getHost();
    HttpClient client = Clients.to(address, proxy(address), certificates, timeout);
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(
            request,
            head ->
                new BoundedBody(LONGEST_REPLY, OptionalLong.empty(), ReplyMemory.ofThisProcess()));
    try {
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new Transient(
          where + ": no complete reply within " + timeout.toMillis() + " ms",
          Kind.TIMED_OUT,
          Optional.empty(),
          e);
    } catch (ExecutionException e) {
      Optional<String> tls = certificates.explain(e.getCause());
      if (tls.isPresent()) {
        throw new Hopeless(Reason.CERTIFICATE, where + ": " + tls.get());
      }
      String reason =
          e.getCause().getMessage() == null ? "" : ": " + FailureMessages.firstLine(e.getCause());
      throw new Transient(
          where + ": no reply" + reason, Kind.UNREACHED, Optional.empty(), e.getCause());
    } finally {
      exchange.cancel(true);
      client.shutdownNow();
    }
  }

  /** The proxy for calls to an address, if they need one. */
  Optional<HttpProxy> proxy(URI address) {
    String host = address.getHost();
    return host.startsWith(LINK_LOCAL) || METADATA.contains(host)
        ? Optional.empty()
        : proxies.toward(address);
  }
}
