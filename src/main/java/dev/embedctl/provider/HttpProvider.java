package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Asks an API for vectors over HTTP, one call a request; its wire format says how. */
final class HttpProvider implements EmbeddingProvider {
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

  private final LazyClient client;
  private final WireFormat format;
  private final EmbeddingSpec spec;
  private final ProviderLimits limits;
  private final URI address;
  private final Optional<ApiKey> key;
  private final Optional<HttpProxy> proxy;
  private final Secrets secrets;
  private final Duration timeout;

  HttpProvider(
      Supplier<HttpClient> client,
      WireFormat format,
      EmbeddingSpec spec,
      ProviderLimits limits,
      URI baseUrl,
      Optional<ApiKey> key,
      Optional<HttpProxy> proxy,
      Duration timeout) {
    this.client = new LazyClient(client);
    this.format = format;
    this.spec = spec;
    this.limits = limits;
    this.address = URI.create(baseUrl.toString().replaceAll("/+$", "") + format.path());
    this.key = key;
    this.proxy = proxy;
    this.secrets =
        new Secrets(
            Stream.concat(
                key.stream().map(ApiKey::secret), proxy.stream().flatMap(HttpProxy::secrets)));
    this.timeout = timeout;
  }

  @Override
  public EmbeddingSpec spec() {
    return spec;
  }

  @Override
  public ProviderLimits limits() {
    return limits;
  }

  /**
   * Exact for a text that may be too long; for one that cannot be (a byte-level tokenizer makes no
   * more tokens than bytes), or where the tokenizer is unknown, a quarter of its bytes, which is
   * also how OpenAI estimates a request.
   */
  @Override
  public int tokens(String text) {
    int bytes = TokenCounter.utf8Length(text);
    return limits.tokensPerText().isPresent() && bytes > limits.tokensPerText().getAsInt()
        ? TokenCounter.count(text)
        : Math.ceilDiv(bytes, 4);
  }

  @Override
  public Embeddings embed(List<String> texts) throws ProviderException, InterruptedException {
    HttpResponse<byte[]> response = send(format.request(spec, sent(texts)));
    if (response.statusCode() != 200) {
      throw scrubbed(failure(response));
    }
    try {
      return format.reply(response.body(), texts.size()).saying(format.quota(response.headers()));
    } catch (IOException e) {
      throw transientFailure(Kind.BAD_REPLY, "the reply cannot be read: " + firstLine(e), e);
    }
  }

  private ProviderException failure(HttpResponse<byte[]> response) {
    if (response.statusCode() == PROXY_AUTHENTICATION_REQUIRED && proxy.isPresent()) {
      return new Hopeless(
          "the proxy wants a user and a password, or others than "
              + proxy.get().variable()
              + " gives (HTTP 407)");
    }
    return format.failure(
        response.statusCode(), response.headers(), secrets.scrub(response.body()));
  }

  private List<String> sent(List<String> texts) {
    if (spec.oversize() == Oversize.ERROR || limits.tokensPerText().isEmpty()) {
      return texts;
    }
    int longest = limits.tokensPerText().getAsInt();
    return texts.stream()
        .map(text -> tokens(text) > longest ? TokenCounter.cut(text, longest) : text)
        .toList();
  }

  /**
   * One call, from connect to the body's last byte within the timeout. The client's own request
   * timeout ends with the headers, so the whole exchange is waited for here and cancelled, which
   * closes its connection.
   */
  private HttpResponse<byte[]> send(byte[] body) throws ProviderException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    key.map(format::authorization).ifPresent(headers -> headers.forEach(request::header));
    proxy.map(HttpProxy::headers).ifPresent(headers -> headers.forEach(request::header));
    AtomicBoolean begun = new AtomicBoolean();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client
            .get()
            .sendAsync(
                request.build(),
                head -> {
                  begun.set(true);
                  return BodySubscribers.ofByteArray();
                });
    try {
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw transientFailure(
          Kind.NO_REPLY, "no whole reply within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Kind kind =
          unreached(e.getCause()) ? Kind.UNREACHED : begun.get() ? Kind.NO_REPLY : Kind.CUT_OFF;
      throw transientFailure(kind, reason(e.getCause()), e.getCause());
    } finally {
      exchange.cancel(true);
    }
  }

  /** Whether it failed before anything was sent. */
  private static boolean unreached(Throwable failure) {
    return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
  }

  private String reason(Throwable failure) {
    if (failure instanceof ConnectException) {
      return proxy
          .map(p -> "no connection to the proxy: is it running, is " + p.variable() + " right?")
          .orElse("no connection: is the server running, is the address right?");
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : firstLine(failure);
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  private Transient transientFailure(Kind kind, String message, Throwable cause) {
    return new Transient(where(message), kind, Optional.empty(), secrets.scrub(cause));
  }

  private ProviderException scrubbed(ProviderException failure) {
    String message = where(failure.getMessage());
    return switch (failure) {
      case Transient e -> new Transient(message, e.kind(), e.retryAfter(), e.getCause());
      case ProviderException.Refused e -> new ProviderException.Refused(message);
      case ProviderException.Unsent e -> e;
      case Hopeless e ->
          new Hopeless(
              message + key.map(k -> " (key from " + k.variable() + ")").orElse(" (no key given)"));
    };
  }

  private String where(String message) {
    String way = proxy.map(p -> " through the proxy " + p).orElse("");
    return secrets.scrub(spec.provider() + " at " + address.getHost() + way + ": " + message);
  }

  @Override
  public void close() {
    client.close();
  }
}
