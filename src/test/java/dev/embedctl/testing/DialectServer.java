package dev.embedctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on loopback that answers each request to OpenAI's API in a dialect of its own. */
public final class DialectServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 4;

  private final HttpServer server;
  private final Dialect dialect;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Says how a request is answered. */
  @FunctionalInterface
  public interface Dialect {
    Reply to(Request request) throws IOException;
  }

  /** A request with its body as JSON. */
  public record Request(String path, String key, JsonNode body) {
    /** Whether its body has a member. */
    public boolean has(String member) {
      return body.has(member);
    }

    /** The texts that it asks for. */
    public List<String> texts() {
      List<String> texts = new ArrayList<>();
      JsonNode input = body.get("input");
      if (input.isTextual()) {
        texts.add(input.textValue());
      } else {
        input.forEach(text -> texts.add(text.textValue()));
      }
      return texts;
    }
  }

  /** A reply. */
  public record Reply(int status, Map<String, String> headers, ByteBuffer body) {
    public Reply(int status, Map<String, String> headers) {
      this(status, headers, ByteBuffer.allocate(0));
    }

    /** A copy of its body. */
    public byte[] bytes() {
      byte[] bytes = new byte[body.remaining()];
      body.duplicate().get(bytes);
      return bytes;
    }
  }

  public DialectServer(Dialect dialect) throws IOException {
    this.dialect = dialect;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** A reply with a body of text. */
  public static Reply reply(int status, String body) {
    return new Reply(status, Map.of(), ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  /** The vectors of a request, as numbers. */
  public static Reply good(Request request) {
    return reply(
        200,
        OpenAiReplies.of(
            request.texts().stream().map(text -> Vectors.of(text, DIMENSIONS)).toList(),
            OpenAiReplies.Form.NUMBERS));
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Its address without a path. */
  public String root() {
    return "http://127.0.0.1:" + port();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestMethod().equals("GET")) { // it lists no models
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      Request request =
          new Request(
              exchange.getRequestURI().toString(),
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              JSON.readTree(body));
      requests.add(request);
      Reply reply = dialect.to(request);
      reply.headers().forEach(exchange.getResponseHeaders()::add);
      byte[] bytes = reply.bytes();
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
