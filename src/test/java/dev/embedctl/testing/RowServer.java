package dev.embedctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of several servers on loopback with OpenAI's and text-embeddings-inference's API. It can die
 * in the middle of a run, so that nobody listens at its port.
 */
public final class RowServer implements AutoCloseable {
  public static final int DIMENSIONS = 16;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<List<String>> answered = new CopyOnWriteArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final AtomicInteger questions = new AtomicInteger();
  private final HttpServer server;
  private final String model;
  private volatile int failedQuestions;
  private volatile Script script = call -> Optional.empty();

  /** What becomes of a call for vectors, by its number from 1. */
  @FunctionalInterface
  public interface Script {
    /** A status to answer instead of vectors; 0 to die. */
    Optional<Integer> statusOf(int call);
  }

  /** A server whose vectors are those of a model. */
  public RowServer(String model) throws IOException {
    this.model = model;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** From now on, calls end as a script says; 429 asks for a wait of an hour. */
  public RowServer withScript(Script other) {
    script = other;
    return this;
  }

  /** Its first questions for its model get no answer. */
  public RowServer withFailedQuestions(int first) {
    failedQuestions = first;
    return this;
  }

  /** The vector that a model makes of a text. */
  public static Vector vector(String model, String text) {
    return Vectors.of(model + text, DIMENSIONS).ofUnitLength();
  }

  /** Its address, without a path. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The texts of each call that it answered. */
  public List<List<String>> answered() {
    return List.copyOf(answered);
  }

  /** The calls for vectors, answered or not. */
  public int calls() {
    return calls.get();
  }

  /** The questions for its model. */
  public int questions() {
    return questions.get();
  }

  /** The most calls at once. */
  public int mostInFlight() {
    return mostInFlight.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("GET")) {
        boolean fails = questions.incrementAndGet() <= failedQuestions;
        boolean tei = exchange.getRequestURI().getPath().equals("/info");
        send(exchange, fails ? 503 : tei ? 200 : 404, tei ? info() : "{}");
        return;
      }
      mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      try {
        embed(exchange);
      } finally {
        inFlight.decrementAndGet();
      }
    }
  }

  private String info() {
    return "{\"model_id\":\"m\",\"model_sha\":\"" + model + "\",\"max_client_batch_size\":32}";
  }

  private void embed(HttpExchange exchange) throws IOException {
    Optional<Integer> status = script.statusOf(calls.incrementAndGet());
    JsonNode request = JSON.readTree(exchange.getRequestBody());
    if (status.isPresent()) {
      if (status.get() == 0) {
        close();
        return;
      }
      if (status.get() == 429) {
        exchange.getResponseHeaders().add("Retry-After", "3600");
      }
      send(exchange, status.get(), "{}");
      return;
    }
    boolean tei = request.has("inputs");
    ArrayNode plain = JSON.createArrayNode();
    ObjectNode reply = JSON.createObjectNode();
    ArrayNode data = reply.putArray("data");
    List<String> texts = new CopyOnWriteArrayList<>();
    for (JsonNode text : request.get(tei ? "inputs" : "input")) {
      texts.add(text.textValue());
      ArrayNode numbers = plain.addArray();
      for (int i = 0; i < DIMENSIONS; i++) {
        numbers.add(vector(model, text.textValue()).at(i));
      }
      data.addObject().put("index", data.size() - 1).set("embedding", numbers);
    }
    reply.putObject("usage").put("prompt_tokens", texts.size()).put("total_tokens", texts.size());
    answered.add(texts);
    send(exchange, 200, (tei ? plain : reply).toString());
  }

  private static void send(HttpExchange exchange, int status, String json) {
    try {
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
