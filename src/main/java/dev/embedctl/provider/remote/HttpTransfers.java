package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.tls.Certificates;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Sends and receives bodies of any size. The timeout is the longest time in which nothing is
 * transferred, since a large file takes long.
 */
final class HttpTransfers implements AutoCloseable {
  private final LazyClient client;
  private final Authorization authorization;
  private final Optional<RequestExtras> extras;
  private final Optional<HttpProxy> proxy;
  private final FailureMessages messages;
  private final BrokenCalls broken;
  private final Duration timeout;

  /**
   * Transfers to and from a server.
   *
   * @param authorization authorises each call; it must not cover the bodies, which are files
   * @param extras the further headers and parameters of each call
   * @param certificates those of the client, to explain failures of TLS
   * @param messages formats failures
   */
  HttpTransfers(
      Supplier<HttpClient> client,
      Authorization authorization,
      Optional<RequestExtras> extras,
      Optional<HttpProxy> proxy,
      Certificates certificates,
      FailureMessages messages,
      Duration timeout) {
    this.client = new LazyClient(client);
    this.authorization = authorization;
    this.extras = extras;
    this.proxy = proxy;
    this.messages = messages;
    this.broken = new BrokenCalls(proxy, certificates, messages);
    this.timeout = timeout;
  }

  /**
   * A reply whose body is still arriving.
   *
   * @param body to be closed by whoever reads it
   */
  record Received(int status, HttpHeaders headers, InputStream body) {
    boolean isGood() {
      return status / 100 == 2;
    }
  }

  /** Sends a body and returns the reply as soon as it begins. */
  Received send(String method, URI address, Map<String, String> own, BodyPublisher body)
      throws ProviderException, InterruptedException {
    SentBody counted = new SentBody(body);
    URI complete = extras.isEmpty() ? address : extras.get().at(address);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(complete)
            .method(method, counted)
            .header("Accept", "application/json, */*;q=0.5");
    own.forEach(request::header);
    authorizing(new AuthorizedCall(method, complete, own, new byte[0])).forEach(request::header);
    proxy.map(HttpProxy::headers).ifPresent(all -> all.forEach(request::header));
    AtomicReference<Optional<Received>> begun = new AtomicReference<>(Optional.empty());
    CompletableFuture<?> exchange =
        client
            .get()
            .sendAsync(
                request.build(),
                head -> {
                  broken.answered();
                  StreamedBody reply = new StreamedBody(timeout);
                  begun.set(Optional.of(new Received(head.statusCode(), head.headers(), reply)));
                  return reply;
                });
    try {
      await(exchange, counted);
      return begun.get().orElseThrow();
    } catch (ExecutionException e) {
      // A server may refuse a request before it has read all of it.
      Optional<Received> refusal = begun.get().filter(reply -> !reply.isGood());
      if (refusal.isPresent()) {
        return refusal.get();
      }
      throw broken.failure(e, begun.get().isPresent());
    } finally {
      exchange.cancel(true); // changes nothing if the reply has begun
    }
  }

  /** The headers that authorise a call, and further ones. */
  private Map<String, String> authorizing(AuthorizedCall call)
      throws ProviderException, InterruptedException {
    try {
      Map<String, String> own = authorization.headers(call);
      return extras.isEmpty() ? own : extras.get().beside(own);
    } catch (ProviderException e) {
      throw messages.of(e);
    }
  }

  /** Waits for the beginning of a reply, as long as the request is being sent. */
  private void await(CompletableFuture<?> exchange, SentBody body)
      throws ProviderException, InterruptedException, ExecutionException {
    long before = -1; // less than the first count
    while (!exchange.isDone()) {
      try {
        exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (body.sent() == before) {
          throw messages.transientFailure(
              Kind.TIMED_OUT, "no reply within " + timeout.toMillis() + " ms", e);
        }
        before = body.sent();
      }
    }
    exchange.get();
  }

  @Override
  public void close() {
    client.close();
  }
}
