package dev.embedctl.provider.remote;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;

/** The body of a request, which counts how much of it was sent. */
final class SentBody implements BodyPublisher {
  private final BodyPublisher body;
  private final AtomicLong sent = new AtomicLong();

  SentBody(BodyPublisher body) {
    this.body = body;
  }

  /** The bytes so far. */
  long sent() {
    return sent.get();
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(
        new Subscriber<>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            sent.addAndGet(bytes.remaining());
            subscriber.onNext(bytes);
          }

          @Override
          public void onError(Throwable failure) {
            subscriber.onError(failure);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
