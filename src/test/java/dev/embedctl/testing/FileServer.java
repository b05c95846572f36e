package dev.embedctl.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of files on loopback, which can continue them, break them off and redirect. */
public final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** What it got. */
  public record Request(String path, Optional<String> authorization, Optional<String> range) {}

  /** Answers a request. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  public FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** Its address, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What it got, in order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The requests for a path. */
  public List<Request> requests(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  /** Serves a file. */
  public void file(String path, byte[] content) {
    answers.put(path, exchange -> send(exchange, content));
  }

  /** Serves a text. */
  public void text(String path, String content) {
    file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers a path in a way of its own. */
  public void on(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** Redirects a path. */
  public void redirect(String path, String target) {
    answers.put(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", target);
          exchange.sendResponseHeaders(302, -1);
        });
  }

  /** Breaks a file off after some bytes, once; then serves it. */
  public void breaksOff(String path, byte[] content, int after) {
    answers.put(
        path,
        exchange -> {
          file(path, content);
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, after);
          exchange.getResponseBody().flush();
          exchange.close();
        });
  }

  /** Answers with a status and a header. */
  public static Answer status(int status, String header, String value) {
    return exchange -> {
      exchange.getResponseHeaders().add(header, value);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      requests.add(
          new Request(
              path,
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))));
      answers.getOrDefault(path, other -> other.sendResponseHeaders(404, -1)).to(exchange);
    }
  }

  private static void send(HttpExchange exchange, byte[] content) throws IOException {
    Optional<Integer> from =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
            .map(range -> Integer.valueOf(range.replaceAll("bytes=(\\d+)-", "$1")));
    byte[] sent = Arrays.copyOfRange(content, from.orElse(0), content.length);
    if (from.isPresent()) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes " + from.get() + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(from.isPresent() ? 206 : 200, sent.length == 0 ? -1 : sent.length);
    exchange.getResponseBody().write(sent);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
