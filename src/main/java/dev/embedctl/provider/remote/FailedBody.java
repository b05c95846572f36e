package dev.embedctl.provider.remote;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads the beginning of the body of a failed reply, even if the rest never comes. */
final class FailedBody implements BodySubscriber<byte[]> {
  private static final int MOST = 64 * 1024;

  private final HttpResponse.ResponseInfo head;
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Flow.Subscription subscription;

  FailedBody(HttpResponse.ResponseInfo head) {
    this.head = head;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    keep(buffers);
    if (bytes.size() >= MOST) {
      subscription.cancel();
      end();
    }
  }

  private void keep(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] more = new byte[Math.min(buffer.remaining(), MOST - bytes.size())];
      buffer.get(more);
      bytes.writeBytes(more);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onComplete() {
    end();
  }

  /** The response with the part of the body that has come, for a reply that never ends. */
  HttpResponse<byte[]> soFar(HttpRequest request) {
    return new PartialResponse(request, head, bytes.toByteArray());
  }

  private void end() {
    whole.complete(bytes.toByteArray());
  }
}
