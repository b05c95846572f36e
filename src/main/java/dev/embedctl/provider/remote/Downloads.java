package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches files of any size, and follows redirects: large files are often on another host. Used by
 * one thread.
 */
public final class Downloads implements AutoCloseable {
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Proxies proxies;
  private final Certificates certificates;
  private final Duration timeout;
  private final Map<String, HttpClient> clients = new HashMap<>();

  /**
   * Downloads.
   *
   * @param timeout the longest time in which nothing arrives
   */
  public Downloads(Proxies proxies, Certificates certificates, Duration timeout) {
    this.proxies = proxies;
    this.certificates = certificates;
    this.timeout = timeout;
  }

  /**
   * A reply whose body is still arriving.
   *
   * @param address of the server that sent it
   */
  public record Received(URI address, int status, HttpHeaders headers, InputStream body)
      implements AutoCloseable {

    /** A failure with the address, but without its query: that may contain a signature. */
    public RunFailed failure(String what) {
      return new RunFailed(plain(address) + ": " + what);
    }

    private Optional<URI> redirect() {
      return REDIRECTS.contains(status)
          ? headers.firstValue("Location").map(address::resolve)
          : Optional.empty();
    }

    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        throw failure("the transfer cannot be ended: " + e.getMessage());
      }
    }
  }

  /**
   * Returns the reply, with any status but a redirect, as soon as it begins.
   *
   * @param authorization a header that only the server of the address gets
   * @throws RunFailed if there is no reply
   */
  public Received get(URI address, Map<String, String> headers, Optional<String> authorization)
      throws InterruptedException {
    URI at = address;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      Received reply =
          once(at, headers, origin(at).equals(origin(address)) ? authorization : Optional.empty());
      Optional<URI> next;
      try {
        next = reply.redirect();
      } catch (IllegalArgumentException e) {
        reply.close();
        throw reply.failure("it redirects to something that is no address");
      }
      if (next.isEmpty()) {
        return reply;
      }
      reply.close();
      requireAllowed(reply, next.get());
      at = next.get();
    }
    throw new RunFailed(plain(address) + ": more than " + MOST_REDIRECTS + " redirects");
  }

  /**
   * Refuses a redirect to something else than a server, and to one whose replies anyone may change.
   */
  static void requireAllowed(Received reply, URI next) {
    String scheme = String.valueOf(next.getScheme());
    if (next.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw reply.failure("it redirects to something that is no address of a server");
    }
    if (reply.address().getScheme().equals("https") && scheme.equals("http")) {
      throw reply.failure("it redirects to plain http at " + next.getHost() + ", which is refused");
    }
  }

  private Received once(URI address, Map<String, String> headers, Optional<String> authorization)
      throws InterruptedException {
    Optional<HttpProxy> proxy = proxies.toward(address);
    HttpRequest.Builder request = HttpRequest.newBuilder(address).GET();
    headers.forEach(request::header);
    authorization.ifPresent(value -> request.header("Authorization", value));
    proxy.map(HttpProxy::headers).ifPresent(all -> all.forEach(request::header));
    HttpClient client =
        clients.computeIfAbsent(
            origin(address), any -> Clients.to(address, proxy, certificates, timeout));
    CompletableFuture<HttpResponse<InputStream>> exchange =
        client.sendAsync(request.build(), head -> new StreamedBody(timeout));
    try {
      HttpResponse<InputStream> reply = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return new Received(address, reply.statusCode(), reply.headers(), reply.body());
    } catch (TimeoutException e) {
      throw new RunFailed(
          plain(address) + ": no reply within " + timeout.toMillis() + " ms; try it again", e);
    } catch (ExecutionException e) {
      throw new RunFailed(plain(address) + ": " + reason(e.getCause(), proxy), e.getCause());
    } finally {
      exchange.cancel(true); // changes nothing if the reply has begun
    }
  }

  private String reason(Throwable failure, Optional<HttpProxy> proxy) {
    Optional<String> tls = certificates.explain(failure);
    if (tls.isPresent()) {
      return tls.get();
    }
    if (failure instanceof ConnectException
        || failure instanceof HttpConnectTimeoutException
        || failure instanceof UnresolvedAddressException) {
      return proxy
          .map(
              used ->
                  "no connection to the proxy: check that it runs and that "
                      + used.variable()
                      + " is right")
          .orElse("no connection: check the network and the address, or set HTTPS_PROXY");
    }
    return failure.getMessage() == null
        ? failure.getClass().getSimpleName()
        : FailureMessages.firstLine(failure);
  }

  private static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }

  private static String plain(URI address) {
    return origin(address) + address.getRawPath();
  }

  @Override
  public void close() {
    clients.values().forEach(HttpClient::shutdownNow);
  }
}
