package dev.embedctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.OpenAiReplies.Form;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A server on loopback that speaks OpenAI's embeddings API, but does not take all of it. */
public final class AccentedServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final int dimensions;
  private final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile Accent accent = request -> Optional.empty();
  private volatile Form form = Form.BASE64;

  /** What it refuses. */
  @FunctionalInterface
  public interface Accent {
    Optional<Refusal> refusal(JsonNode request);
  }

  /** How it refuses a request. */
  public record Refusal(int status, String message) {}

  public AccentedServer(int dimensions) throws IOException {
    this.dimensions = dimensions;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/embeddings", this::answer);
    server.start();
  }

  /** It refuses these from now on. */
  public void refuse(Accent refused) {
    accent = refused;
  }

  /** It writes vectors so, where it is asked for base64. */
  public void write(Form written) {
    form = written;
  }

  /** What {@code --base-url} gets. */
  public String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** The bodies of all requests, in the order they came. */
  public List<JsonNode> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      requests.add(request);
      Optional<Refusal> refusal = accent.refusal(request);
      byte[] body =
          refusal
              .map(AccentedServer::error)
              .orElseGet(() -> reply(request))
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(refusal.map(Refusal::status).orElse(200), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String error(Refusal refusal) {
    return JSON.createObjectNode()
        .put("object", "error")
        .put("message", refusal.message())
        .toString();
  }

  private String reply(JsonNode request) {
    List<Vector> vectors = new ArrayList<>();
    request.get("input").forEach(text -> vectors.add(Vectors.of(text.textValue(), dimensions)));
    return OpenAiReplies.of(vectors, request.has("encoding_format") ? form : Form.NUMBERS);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
