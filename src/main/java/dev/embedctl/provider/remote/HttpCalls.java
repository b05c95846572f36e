package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.tls.Certificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Sends calls to one server. The timeout covers each call from connecting to the last byte. */
public final class HttpCalls implements AutoCloseable {
  /** The greatest size of a server's description of itself. */
  private static final int LONGEST_DESCRIPTION = 256 << 10;

  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private final LazyClient client;
  private final Authorization authorization;
  private final Optional<RequestExtras> extras;
  private final Optional<HttpProxy> proxy;
  private final FailureMessages messages;
  private final BrokenCalls broken;
  private final Duration timeout;
  private final Duration patience;
  private final ReplyMemory memory = ReplyMemory.ofThisProcess();

  /**
   * Calls to a server.
   *
   * @param authorization authorises each call
   * @param extras the further headers and parameters of each call
   * @param certificates those of the client, to explain failures of TLS
   * @param messages formats failures
   * @param timeout the time of a call with texts
   * @param patience the time of a question for the server's description of itself
   */
  public HttpCalls(
      Supplier<HttpClient> client,
      Authorization authorization,
      Optional<RequestExtras> extras,
      Optional<HttpProxy> proxy,
      Certificates certificates,
      FailureMessages messages,
      Duration timeout,
      Duration patience) {
    this.client = new LazyClient(client);
    this.authorization = authorization;
    this.extras = extras;
    this.proxy = proxy;
    this.messages = messages;
    this.broken = new BrokenCalls(proxy, certificates, messages);
    this.timeout = timeout;
    this.patience = patience;
  }

  /** What authorises the calls. */
  Authorization authorization() {
    return authorization;
  }

  /**
   * Sends a body.
   *
   * @param longest the greatest size of a valid reply in bytes
   */
  HttpResponse<byte[]> post(URI address, byte[] body, long longest)
      throws ProviderException, InterruptedException {
    return send(new AuthorizedCall("POST", complete(address), JSON, body), longest, timeout);
  }

  /** Asks for a server's description of itself. */
  HttpResponse<byte[]> get(URI address) throws ProviderException, InterruptedException {
    return send(
        new AuthorizedCall("GET", complete(address), Map.of(), new byte[0]),
        LONGEST_DESCRIPTION,
        patience);
  }

  /** The address with parameters that no message contains. */
  private URI complete(URI address) {
    return extras.isEmpty() ? address : extras.get().at(address);
  }

  /**
   * Waits for the whole exchange and cancels it after the timeout, which closes its connection: the
   * client's own timeout ends with the headers.
   */
  private HttpResponse<byte[]> send(AuthorizedCall call, long longest, Duration time)
      throws ProviderException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.address())
            .method(
                call.method(),
                call.body().length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(call.body()))
            .header("Accept", "application/json");
    call.headers().forEach(request::header);
    authorizing(call).forEach(request::header);
    proxy.map(HttpProxy::headers).ifPresent(more -> more.forEach(request::header));
    HttpRequest sent = request.build();
    long most = Math.min(longest, memory.mostOfOne());
    AtomicBoolean begun = new AtomicBoolean();
    AtomicReference<FailedBody> failed = new AtomicReference<>();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client
            .get()
            .sendAsync(
                sent,
                head -> {
                  begun.set(true);
                  broken.answered();
                  return BodySubscribers.mapping(
                      body(head, failed, most),
                      body -> ContentCoding.unpacked(head.headers(), body, most));
                });
    try {
      return exchange.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (failed.get() != null) {
        return failed.get().soFar(sent);
      }
      throw messages.transientFailure(
          Kind.TIMED_OUT, "no complete reply within " + time.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      if (failed.get() != null) {
        return failed.get().soFar(sent);
      }
      throw broken.failure(e, begun.get());
    } finally {
      exchange.cancel(true);
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

  /** A failed reply keeps its status even if its body is incomplete. */
  private BodySubscriber<byte[]> body(
      HttpResponse.ResponseInfo head, AtomicReference<FailedBody> failed, long most) {
    if (head.statusCode() == FailedReply.OK) {
      return new BoundedBody(most, statedLength(head), memory);
    }
    FailedBody body = new FailedBody(head);
    failed.set(body);
    return body;
  }

  private static OptionalLong statedLength(HttpResponse.ResponseInfo head) {
    try {
      return head.headers().firstValueAsLong("content-length");
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // HTTP/2 does not need it
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
