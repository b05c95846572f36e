package dev.embedctl.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that issues tokens as a test says, and remembers who asked for them. */
public final class TokenServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final Answer answer;

  /** What it answers. */
  @FunctionalInterface
  public interface Answer {
    Reply to(Request request);
  }

  /** A reply. */
  public record Reply(int status, String body) {
    /** A token for an hour. */
    public static Reply token(String token) {
      return new Reply(
          200,
          "{\"access_token\":\"" + token + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
    }
  }

  /** A request; names of headers are in lower case. */
  public record Request(
      String method, String path, String query, Map<String, String> headers, String body) {
    /** The fields of its body. */
    public Map<String, String> form() {
      return pairs(body);
    }

    /** The parameters of its address. */
    public Map<String, String> parameters() {
      return pairs(query);
    }

    private static Map<String, String> pairs(String text) {
      Map<String, String> pairs = new TreeMap<>();
      for (String pair : text.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        pairs.put(
            URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
            parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
      return pairs;
    }
  }

  public TokenServer(Answer answer) throws IOException {
    this.answer = answer;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::exchange);
    server.setExecutor(threads);
    server.start();
  }

  /** Its host and port. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Its address, without a path. */
  public String address() {
    return "http://" + host();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void exchange(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      requests.add(request);
      Reply reply = answer.to(request);
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
