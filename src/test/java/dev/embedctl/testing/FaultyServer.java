package dev.embedctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A server on loopback that speaks just enough HTTP to break it in every way: a script decides what
 * the socket gets for each call.
 */
public final class FaultyServer implements AutoCloseable {
  /** Dimensions of the vectors of a good reply, which are those of {@link Vectors}. */
  public static final int DIMENSIONS = 4;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerSocket socket;
  private final Script script;
  private final List<List<String>> calls = Collections.synchronizedList(new ArrayList<>());

  /** Says how a call is answered. */
  @FunctionalInterface
  public interface Script {
    /**
     * What a call gets.
     *
     * @param call its number, from 1
     * @param texts what it asks for
     */
    Reply replyTo(int call, List<String> texts);
  }

  /** What is done to the socket of a call. */
  @FunctionalInterface
  public interface Reply {
    void to(List<String> texts, Socket socket) throws IOException;
  }

  /** Makes the items of a reply, or what is to look like them. */
  @FunctionalInterface
  public interface Items {
    List<String> of(List<String> texts);
  }

  public FaultyServer(Script script) throws IOException {
    this.script = script;
    this.socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** What {@code --base-url} gets. */
  public String baseUrl() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
  }

  /** The texts of each call, in the order they came. */
  public List<List<String>> calls() {
    return List.copyOf(calls);
  }

  /** Answers well. */
  public static Reply good() {
    return items(FaultyServer::goodItems);
  }

  /** Answers well, with headers. */
  public static Reply goodWith(String... headers) {
    return items(FaultyServer::goodItems, headers);
  }

  /** Answers 200 with items that may be anything. */
  public static Reply items(Items items, String... headers) {
    return (texts, socket) ->
        send(
            socket,
            200,
            "{\"object\":\"list\",\"data\":["
                + String.join(",", items.of(texts))
                + "],\"usage\":{\"prompt_tokens\":7,\"total_tokens\":7}}",
            headers);
  }

  /** The items of a good reply. */
  public static List<String> goodItems(List<String> texts) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      items.add(item(i, OpenAiReplies.numbers(Vectors.of(texts.get(i), DIMENSIONS))));
    }
    return items;
  }

  /** One item, its embedding being any JSON. */
  public static String item(int index, String embedding) {
    return "{\"object\":\"embedding\",\"index\":" + index + ",\"embedding\":" + embedding + "}";
  }

  /** Answers with a status, a body and headers. */
  public static Reply status(int status, String body, String... headers) {
    return (texts, socket) -> send(socket, status, body, headers);
  }

  /** Resets the connection before it says anything. */
  public static Reply resets() {
    return (texts, socket) -> reset(socket);
  }

  /** Resets the connection in the middle of a good reply's body. */
  public static Reply resetsInTheMiddle() {
    return (texts, socket) -> {
      OutputStream out = socket.getOutputStream();
      out.write(head(200, 1000).getBytes(StandardCharsets.UTF_8));
      out.write("{\"data\":[".getBytes(StandardCharsets.UTF_8));
      out.flush();
      reset(socket);
    };
  }

  /** Ends the connection in the middle of a body. */
  public static Reply breaksOff() {
    return (texts, socket) -> {
      OutputStream out = socket.getOutputStream();
      out.write(head(200, 1000).getBytes(StandardCharsets.UTF_8));
      out.write("{\"data\":[".getBytes(StandardCharsets.UTF_8));
      socket.close();
    };
  }

  /** Sends a body byte by byte, and never its last. */
  public static Reply drips() {
    return (texts, socket) -> {
      OutputStream out = socket.getOutputStream();
      out.write(head(200, 1_000_000).getBytes(StandardCharsets.UTF_8));
      while (!socket.isClosed()) {
        out.write(' ');
        out.flush();
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    };
  }

  /** Says nothing until the caller goes away. */
  public static Reply staysSilent() {
    return (texts, socket) -> {
      int ignored = socket.getInputStream().read();
      socket.close();
    };
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void send(Socket socket, int status, String body, String... headers)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    OutputStream out = socket.getOutputStream();
    out.write(head(status, bytes.length, headers).getBytes(StandardCharsets.UTF_8));
    out.write(bytes);
    out.flush();
  }

  private static String head(int status, int length, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
    head.append("Content-Length: ").append(length).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (!connection.isClosed()) {
        Optional<List<String>> asked = readTexts(in);
        if (asked.isEmpty()) { // a question for its models, of which it lists none
          connection
              .getOutputStream()
              .write(
                  "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
          continue;
        }
        List<String> texts = asked.get();
        int call;
        synchronized (calls) {
          calls.add(texts);
          call = calls.size();
        }
        script.replyTo(call, texts).to(texts, connection);
      }
    } catch (IOException e) {
      return; // the caller went away
    }
  }

  /** The texts of a call; empty if it is no call for vectors. */
  private static Optional<List<String>> readTexts(InputStream in) throws IOException {
    int length = 0;
    String first = readLine(in);
    for (String line = first; !line.isEmpty(); line = readLine(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    if (first.startsWith("GET ")) {
      return Optional.empty();
    }
    JsonNode input = JSON.readTree(in.readNBytes(length)).get("input");
    List<String> texts = new ArrayList<>();
    input.forEach(text -> texts.add(text.textValue()));
    return Optional.of(texts);
  }

  private static String readLine(InputStream in) throws IOException {
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

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
