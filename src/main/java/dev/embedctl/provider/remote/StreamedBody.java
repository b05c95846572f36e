package dev.embedctl.provider.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The body of a reply as a stream. The server sends more only when it was read; it may take any
 * time, as long as something arrives within the timeout.
 */
final class StreamedBody extends InputStream implements BodySubscriber<InputStream> {
  private final Duration timeout;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> unread = new ArrayDeque<>();
  private final AtomicReference<Optional<Subscription>> subscription =
      new AtomicReference<>(Optional.empty());
  private Optional<Arrival> end = Optional.empty();
  private volatile boolean closed;

  /** What the client hands over. */
  private sealed interface Arrival {
    record Bytes(List<ByteBuffer> buffers) implements Arrival {}

    record Complete() implements Arrival {}

    record Broken(Throwable failure) implements Arrival {}
  }

  /**
   * A body that has not begun.
   *
   * @param timeout the longest time in which nothing arrives
   */
  StreamedBody(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription.set(Optional.of(given));
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    arrivals.add(new Arrival.Bytes(buffers));
  }

  @Override
  public void onError(Throwable failure) {
    arrivals.add(new Arrival.Broken(failure));
  }

  @Override
  public void onComplete() {
    arrivals.add(new Arrival.Complete());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (unread.isEmpty()) {
      if (end.isEmpty()) {
        take();
      } else if (end.get() instanceof Arrival.Broken(Throwable failure)) {
        throw new IOException(
            Optional.ofNullable(failure.getMessage()).orElse("the connection ended"), failure);
      } else {
        return -1;
      }
    }
    ByteBuffer next = unread.peek();
    int count = Math.min(length, next.remaining());
    next.get(bytes, offset, count);
    if (!next.hasRemaining()) {
      unread.remove();
    }
    return count;
  }

  private void take() throws IOException {
    switch (arrival()) {
      case Arrival.Bytes(List<ByteBuffer> buffers) -> {
        buffers.stream().filter(ByteBuffer::hasRemaining).forEach(unread::add);
        subscription.get().orElseThrow().request(1);
      }
      case Arrival last -> end = Optional.of(last);
    }
  }

  private Arrival arrival() throws IOException {
    try {
      Arrival next = arrivals.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new SilentServer(
            "nothing more of the reply came within " + timeout.toMillis() + " ms");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the reply was read");
    }
  }

  /** Nothing arrived within the timeout. */
  static final class SilentServer extends IOException {
    private static final long serialVersionUID = 1L;

    private SilentServer(String message) {
      super(message);
    }
  }

  /** Ends the transfer if it is not complete. */
  @Override
  public void close() {
    closed = true;
    if (end.isEmpty()) {
      subscription.get().ifPresent(Subscription::cancel);
    }
  }
}
