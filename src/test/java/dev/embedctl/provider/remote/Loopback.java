package dev.embedctl.provider.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server on loopback that speaks an API's wire and answers with {@link Vectors#of} each text. */
public final class Loopback implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WireContract api;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;

  Loopback(WireContract api) {
    this.api = api;
  }

  /** A request that it answered. */
  public record Request(List<String> texts, int bytes) {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    start();
  }

  public void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** What {@code --base-url} gets. */
  public String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + api.basePath();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestMethod().equals("GET")) {
        reply(
            exchange,
            api.selfDescription().isPresent() ? 200 : 404,
            api.selfDescription().orElse(""));
      } else if (!exchange.getRequestURI().toString().equals(api.callPath())) {
        reply(exchange, 404, "{}");
      } else {
        JsonNode request = JSON.readTree(body);
        List<String> texts = api.textsOf(request);
        requests.add(new Request(texts, body.length));
        List<Vector> vectors =
            texts.stream().map(text -> Vectors.of(text, api.dimensions())).toList();
        reply(exchange, 200, api.reply(vectors));
      }
    }
  }

  private static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] reply = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, reply.length == 0 ? -1 : reply.length);
    exchange.getResponseBody().write(reply);
  }
}
