package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;

/** Bodies that are read while they arrive. */
final class StreamedBodyTest {
  private final StreamedBody body = new StreamedBody(Duration.ofSeconds(20));
  private final Asked asked = new Asked();

  /** Counts what is asked of the server. */
  private static final class Asked implements Subscription {
    private long parts;
    private boolean cancelled;

    @Override
    public void request(long more) {
      parts += more;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private static List<ByteBuffer> part(String... buffers) {
    return List.of(buffers).stream()
        .map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  @Test
  void theServerIsAskedForTheNextPartOnlyWhenTheLastOneIsTaken() throws IOException {
    body.onSubscribe(asked);
    assertEquals(1, asked.parts);
    body.onNext(part("ab", "", "c"));
    assertEquals(1, asked.parts);

    assertEquals('a', body.read());
    assertEquals(2, asked.parts);
    assertEquals('b', body.read());
    assertEquals('c', body.read());
    assertEquals(2, asked.parts);
  }

  @Test
  void endsWhereTheBodyEnds() throws IOException {
    body.onSubscribe(asked);
    body.onNext(part("ab"));
    body.onNext(part("cd"));
    body.onComplete();

    assertArrayEquals("abcd".getBytes(StandardCharsets.UTF_8), body.readAllBytes());
    assertEquals(-1, body.read());
    body.close();
    assertEquals(false, asked.cancelled);
  }

  @Test
  void whatCameBeforeAFailureIsReadFirst() throws IOException {
    body.onSubscribe(asked);
    body.onNext(part("ab"));
    body.onError(new IOException("connection reset"));

    assertEquals('a', body.read());
    assertEquals('b', body.read());
    assertEquals("connection reset", assertThrows(IOException.class, body::read).getMessage());
    assertThrows(IOException.class, body::read, "again");
  }

  @Test
  void closingItEarlyEndsTheTransfer() {
    body.onSubscribe(asked);
    body.close();

    assertEquals(true, asked.cancelled);
  }

  @Test
  void silenceIsAFailure() {
    StreamedBody silent = new StreamedBody(Duration.ofMillis(1));
    silent.onSubscribe(asked);

    assertThrows(StreamedBody.SilentServer.class, silent::read);
  }

  @Test
  void anInterruptedReaderStops() {
    body.onSubscribe(asked);
    Thread.currentThread().interrupt();

    assertThrows(java.io.InterruptedIOException.class, body::read);
    assertEquals(true, Thread.interrupted());
  }
}
