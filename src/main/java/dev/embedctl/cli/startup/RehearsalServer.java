package dev.embedctl.cli.startup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A server on loopback that answers OpenAI's embeddings API with the same vector for each text. */
final class RehearsalServer implements AutoCloseable {
  private static final String VECTOR = vector(384);

  private final HttpServer server;

  RehearsalServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/embeddings", RehearsalServer::answer);
    server.start();
  }

  URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      int texts = texts(exchange.getRequestBody());
      byte[] reply =
          IntStream.range(0, texts)
              .mapToObj(index -> "{\"index\":" + index + ",\"embedding\":\"" + VECTOR + "\"}")
              .collect(
                  Collectors.joining(
                      ",", "{\"data\":[", "],\"usage\":{\"total_tokens\":" + texts + "}}"))
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  /** The number of texts in the request, which contains one array. */
  private static int texts(InputStream request) throws IOException {
    int texts = 0;
    try (JsonParser json = new JsonFactory().createParser(request)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING && json.getParsingContext().inArray()) {
          texts++;
        }
      }
    }
    return texts;
  }

  private static String vector(int dimensions) {
    ByteBuffer bytes = ByteBuffer.allocate(dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < dimensions; i++) {
      bytes.putFloat((i % 17 - 8) / 100f);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
