package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient.Kind;
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

  private final LazyClient client;
  private final Map<String, String> headers;
  private final Optional<RequestExtras> extras;
  private final Optional<HttpProxy> proxy;
  private final FailureMessages messages;
  private final BrokenCalls broken;
  private final Duration timeout;
  private final ReplyMemory memory = ReplyMemory.ofThisProcess();

  /**
   * Calls to a server.
   *
   * @param headers the headers of each call: the key, if there is one, and further ones
   * @param extras the further parameters of each call
   * @param certificates those of the client, to explain failures of TLS
   * @param messages formats failures
   */
  public HttpCalls(
      Supplier<HttpClient> client,
      Map<String, String> headers,
      Optional<RequestExtras> extras,
      Optional<HttpProxy> proxy,
      Certificates certificates,
      FailureMessages messages,
      Duration timeout) {
    this.client = new LazyClient(client);
    this.headers = Map.copyOf(headers);
    this.extras = extras;
    this.proxy = proxy;
    this.messages = messages;
    this.broken = new BrokenCalls(proxy, certificates, messages);
    this.timeout = timeout;
  }

  /**
   * Sends a body.
   *
   * @param longest the greatest size of a valid reply in bytes
   */
  HttpResponse<byte[]> post(URI address, byte[] body, long longest)
      throws ProviderException, InterruptedException {
    return send(
        HttpRequest.newBuilder(complete(address))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body)),
        longest);
  }

  HttpResponse<byte[]> get(URI address) throws ProviderException, InterruptedException {
    return send(HttpRequest.newBuilder(complete(address)), LONGEST_DESCRIPTION);
  }

  /** The address with parameters that no message contains. */
  private URI complete(URI address) {
    return extras.map(each -> each.at(address)).orElse(address);
  }

  /**
   * Waits for the whole exchange and cancels it after the timeout, which closes its connection: the
   * client's own timeout ends with the headers.
   */
  private HttpResponse<byte[]> send(HttpRequest.Builder request, long longest)
      throws ProviderException, InterruptedException {
    request.header("Accept", "application/json");
    headers.forEach(request::header);
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
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (failed.get() != null) {
        return failed.get().soFar(sent);
      }
      throw messages.transientFailure(
          Kind.TIMED_OUT, "no complete reply within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      if (failed.get() != null) {
        return failed.get().soFar(sent);
      }
      throw broken.failure(e, begun.get());
    } finally {
      exchange.cancel(true);
    }
  }

  /** A failed reply keeps its status even if its body is incomplete. */
  private BodySubscriber<byte[]> body(
      HttpResponse.ResponseInfo head, AtomicReference<FailedBody> failed, long most) {
    if (head.statusCode() == FailedReply.OK) {
      return new BoundedBody(most, memory);
    }
    FailedBody body = new FailedBody(head);
    failed.set(body);
    return body;
  }

  @Override
  public void close() {
    client.close();
  }
}
