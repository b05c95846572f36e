package dev.embedctl.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A server on loopback that answers each call after a set time with a prepared reply, so that the
 * server itself adds almost no time. It recognises texts by their prefix {@link #TEXT}, which a
 * number follows; the number decides the vector.
 */
final class LatencyServer implements AutoCloseable {
  /** The prefix of each text of a benchmark. */
  static final String TEXT = "text ";

  /** The number of different vectors: more floats than the dictionary of a Parquet column holds. */
  private static final int VECTORS = 300_000;

  private static final byte[] QUOTED = ("\"" + TEXT).getBytes(StandardCharsets.UTF_8);

  private final ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private volatile Duration latency = Duration.ZERO;
  private final byte[] floats;
  private final int vectorBytes;
  private final Map<Integer, Prepared> replies = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong firstCall = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong lastReply = new AtomicLong(Long.MIN_VALUE);
  private final LongAdder gaps = new LongAdder();
  private final LongAdder gapNanos = new LongAdder();

  /** A reply without its vectors, and where they begin. */
  private static final class Prepared {
    private final byte[] reply;
    private final int[] vectors;

    private Prepared(byte[] reply, int... vectors) {
      this.reply = reply;
      this.vectors = vectors;
    }
  }

  /** A server that answers at once. */
  LatencyServer(int dimensions) throws IOException {
    ByteBuffer values =
        ByteBuffer.allocate((VECTORS + dimensions) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(1);
    while (values.hasRemaining()) {
      values.putFloat((float) random.nextGaussian() / 20);
    }
    this.floats = values.array();
    this.vectorBytes = dimensions * Float.BYTES;
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** The value for {@code --base-url}. */
  String baseUrl() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
  }

  /** Sets the time until a reply, and resets all counts. */
  void answerAfter(Duration time) {
    latency = time;
    calls.set(0);
    connections.set(0);
    firstCall.set(Long.MAX_VALUE);
    lastReply.set(Long.MIN_VALUE);
    gaps.reset();
    gapNanos.reset();
  }

  /** The number of answered calls. */
  int calls() {
    return calls.get();
  }

  /** The number of opened connections. */
  int connections() {
    return connections.get();
  }

  /** The time of the first call, from {@link System#nanoTime}. */
  long firstCall() {
    return firstCall.get();
  }

  /** The time of the last reply, from {@link System#nanoTime}. */
  long lastReply() {
    return lastReply.get();
  }

  /** The mean time from a reply to the next call on its connection. */
  Duration meanGap() {
    return Duration.ofNanos(gapNanos.sum() / Math.max(1, gaps.sum()));
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connections.incrementAndGet();
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream(), 1 << 16);
      long answered = 0;
      while (true) {
        int[] texts = textsIn(body(in));
        long came = System.nanoTime();
        firstCall.accumulateAndGet(came, Math::min);
        if (answered != 0) {
          gaps.increment();
          gapNanos.add(came - answered);
        }
        byte[] reply = reply(texts);
        long due = came + latency.toNanos();
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
          LockSupport.parkNanos(due - now);
        }
        calls.incrementAndGet();
        connection.getOutputStream().write(reply);
        answered = System.nanoTime();
        lastReply.accumulateAndGet(answered, Math::max);
      }
    } catch (IOException e) {
      return; // the caller went away
    }
  }

  private byte[] reply(int... texts) {
    Prepared prepared = replies.computeIfAbsent(texts.length, this::prepared);
    byte[] reply = prepared.reply.clone();
    for (int i = 0; i < texts.length; i++) {
      int from = texts[i] % VECTORS * Float.BYTES;
      byte[] vector = Arrays.copyOfRange(floats, from, from + vectorBytes);
      byte[] encoded = Base64.getEncoder().encode(vector);
      System.arraycopy(encoded, 0, reply, prepared.vectors[i], encoded.length);
    }
    return reply;
  }

  private Prepared prepared(int texts) {
    StringBuilder body = new StringBuilder("{\"object\":\"list\",\"data\":[");
    int[] vectors = new int[texts];
    String vector = Base64.getEncoder().encodeToString(new byte[vectorBytes]);
    for (int i = 0; i < texts; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":\"");
      vectors[i] = body.length();
      body.append(vector).append("\"}");
    }
    body.append("],\"usage\":{\"prompt_tokens\":7,\"total_tokens\":7}}");
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return new Prepared(
        (head + body).getBytes(StandardCharsets.US_ASCII),
        Arrays.stream(vectors).map(at -> head.length() + at).toArray());
  }

  private static byte[] body(InputStream in) throws IOException {
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return in.readNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** The numbers of the texts in a request. */
  private static int[] textsIn(byte[] body) {
    IntStream.Builder numbers = IntStream.builder();
    for (int i = 0; i + QUOTED.length <= body.length; i++) {
      int same = 0;
      while (same < QUOTED.length && body[i + same] == QUOTED[same]) {
        same++;
      }
      if (same == QUOTED.length) {
        int number = 0;
        for (int at = i + same; at < body.length && Character.isDigit(body[at]); at++) {
          number = 10 * number + body[at] - '0';
        }
        numbers.add(number);
      }
    }
    return numbers.build().toArray();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
