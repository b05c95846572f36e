package dev.embedctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.StreamSupport;

/**
 * A server on loopback that speaks OpenAI's embeddings API, answers in numbers, out of order after
 * a while, and counts how often each text was asked for.
 */
public final class OpenAiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int dimensions;
  private final Script script;
  private final Map<String, Integer> asked = Collections.synchronizedMap(new TreeMap<>());
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private volatile IntPredicate rateLimited = call -> false;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final AtomicInteger mostTexts = new AtomicInteger();

  /** What becomes of a call, which is told by its number, from 1. */
  @FunctionalInterface
  public interface Script {
    /** How long its reply takes; empty for a 503 at once. */
    Optional<Duration> latencyOf(int call);
  }

  public OpenAiServer(int dimensions, Duration latency) throws IOException {
    this(dimensions, call -> Optional.of(latency));
  }

  public OpenAiServer(int dimensions, Script script) throws IOException {
    this.dimensions = dimensions;
    this.script = script;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/embeddings", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** What {@code --base-url} gets. */
  public String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** From now on, calls with this text get a 400. */
  public void refuse(String text) {
    refused.add(text);
  }

  /** From now on, calls with these numbers get a 429 at once. */
  public void limitRate(IntPredicate ofCalls) {
    rateLimited = ofCalls;
  }

  /** Calls answered or being answered. */
  public int calls() {
    return calls.get();
  }

  /** How often each text was asked for. */
  public Map<String, Integer> asked() {
    return Map.copyOf(asked);
  }

  /** Texts whose vectors were sent. */
  public Set<String> answered() {
    return Set.copyOf(answered);
  }

  /** Calls that were in flight together, at most. */
  public int mostInFlight() {
    return mostInFlight.get();
  }

  /** Texts in one call, at most. */
  public int mostTexts() {
    return mostTexts.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    int call = calls.incrementAndGet();
    Optional<Duration> latency = script.latencyOf(call);
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      JsonNode input = request.get("input");
      List<String> items = new ArrayList<>();
      for (int i = 0; i < input.size(); i++) {
        String text = input.get(i).textValue();
        asked.merge(text, 1, Integer::sum);
        items.add(
            "{\"object\":\"embedding\",\"index\":"
                + i
                + ",\"embedding\":"
                + OpenAiReplies.numbers(Vectors.of(text, dimensions))
                + "}");
      }
      mostTexts.accumulateAndGet(items.size(), Math::max);
      if (rateLimited.test(call)) {
        inFlight.decrementAndGet();
        exchange.sendResponseHeaders(429, -1);
        return;
      }
      if (StreamSupport.stream(input.spliterator(), false)
          .anyMatch(text -> refused.contains(text.textValue()))) {
        inFlight.decrementAndGet();
        send(exchange, 400, "{\"error\":{\"message\":\"a text is not allowed\"}}");
        return;
      }
      if (latency.isEmpty()) {
        inFlight.decrementAndGet();
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      Collections.shuffle(items, new Random(items.size()));
      LockSupport.parkNanos(latency.get().toNanos());
      String reply =
          "{\"object\":\"list\",\"data\":["
              + String.join(",", items)
              + "],\"model\":"
              + request.get("model")
              + ",\"usage\":{\"prompt_tokens\":"
              + items.size()
              + ",\"total_tokens\":"
              + items.size()
              + "}}";
      inFlight.decrementAndGet();
      send(exchange, 200, reply);
      input.forEach(text -> answered.add(text.textValue()));
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
