package dev.embedctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

/** A server on loopback that answers 200 with whatever a test makes of each request. */
public final class ReplyServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger calls = new AtomicInteger();
  private volatile Replies replies;

  /** The body of a reply. */
  @FunctionalInterface
  public interface Replies {
    /**
     * The body.
     *
     * @param call which call it is, from 1
     */
    byte[] to(JsonNode request, int call) throws IOException;
  }

  public ReplyServer(Replies replies) throws IOException {
    this.replies = replies;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** The address, without a path. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What it answers from now on; it counts its calls anew. */
  public void answerWith(Replies others) {
    requests.clear();
    calls.set(0);
    replies = others;
  }

  /** The requests since then. */
  public List<JsonNode> requests() {
    return List.copyOf(requests);
  }

  /** The texts of a request to an API that is like OpenAI's. */
  public static List<String> input(JsonNode request) {
    return StreamSupport.stream(request.get("input").spliterator(), false)
        .map(JsonNode::textValue)
        .toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      JsonNode request = JSON.readTree(body);
      requests.add(request);
      byte[] reply = replies.to(request, calls.incrementAndGet());
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, reply.length == 0 ? -1 : reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
