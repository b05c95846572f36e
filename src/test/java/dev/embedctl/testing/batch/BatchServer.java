package dev.embedctl.testing.batch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that plays a batch API, with the faults that a test asks for. */
public final class BatchServer implements AutoCloseable {
  /** The key that it accepts. */
  public static final String KEY = "sk-very-secret-batch-key";

  private final BatchPlay play;
  private final BatchStore store;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<Step, Queue<Fault>> faults = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Step> steps = Collections.synchronizedList(new ArrayList<>());
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

  public BatchServer(BatchPlay play, int dimensions) throws IOException {
    this.play = play;
    this.store = new BatchStore(play, dimensions);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** What {@code --base-url} gets. */
  public String baseUrl() {
    return origin() + play.basePath();
  }

  private String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public BatchStore store() {
    return store;
  }

  /** Lets the next call of a kind, after those with faults already, go wrong. */
  public void next(Step step, Fault fault) {
    faults.computeIfAbsent(step, any -> new ConcurrentLinkedQueue<>()).add(fault);
  }

  /** The kinds of all calls, in their order. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /** The number of calls of a kind. */
  public int calls(Step step) {
    return Collections.frequency(steps(), step);
  }

  /** All calls, in their order. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Call call =
          new Call(
              exchange.getRequestMethod(),
              exchange.getRequestURI(),
              exchange.getRequestHeaders(),
              exchange.getRequestBody().readAllBytes());
      calls.add(call);
      Optional<Step> step = play.step(call.method(), call.path());
      if (step.isEmpty()) {
        send(exchange, Reply.text(404, "{\"error\":{\"message\":\"no such path\"}}"));
        return;
      }
      steps.add(step.get());
      Fault fault =
          Optional.ofNullable(faults.getOrDefault(step.get(), new ArrayDeque<>()).poll())
              .orElse(Fault.none());
      fault.answer(() -> carriedOut(step.get(), call), connection(exchange));
    }
  }

  private Reply carriedOut(Step step, Call call) {
    String key = call.headers().getFirst(play.keyHeader());
    if (!(play.keyPrefix() + KEY).equals(key) && !isSigned(call)) {
      return Reply.text(
          401, "{\"error\":{\"message\":\"Incorrect API key provided: " + key + "\"}}");
    }
    return play.answer(step, call, store);
  }

  /** An address with an identifier of its upload needs no key. */
  private static boolean isSigned(Call call) {
    return call.query("upload_id").isPresent();
  }

  private Fault.Connection connection(HttpExchange exchange) {
    return new Fault.Connection() {
      @Override
      public void send(Reply reply) throws IOException {
        BatchServer.this.send(exchange, reply);
      }

      @Override
      public void sendHalf(Reply reply) throws IOException {
        begin(reply);
        exchange.close();
      }

      @Override
      public void stall(Reply reply) throws IOException {
        begin(reply);
        try {
          closed.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      private void begin(Reply reply) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), reply.body().length);
        exchange.getResponseBody().write(reply.body(), 0, reply.body().length / 2);
        exchange.getResponseBody().flush();
      }

      @Override
      public void cut() {
        exchange.close();
      }
    };
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    reply
        .headers()
        .forEach(
            (name, value) ->
                exchange.getResponseHeaders().add(name, value.replace("{origin}", origin())));
    exchange.sendResponseHeaders(
        reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
    exchange.getResponseBody().write(reply.body());
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
