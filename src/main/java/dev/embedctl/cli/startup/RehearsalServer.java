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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A server on loopback that answers OpenAI's embeddings API: each text has a vector of its own. */
final class RehearsalServer implements AutoCloseable {
  private static final int DIMENSIONS = 384;

  private final HttpServer server;

  RehearsalServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/embeddings", RehearsalServer::answer);
    server.start();
  }

  URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** The format of the vectors in a reply. */
  private enum Form {
    FLOATS,
    BASE64
  }

  /** A request's texts, in order. */
  private record Request(List<String> texts, Form form) {}

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = request(exchange.getRequestBody());
      List<String> texts = request.texts();
      byte[] reply =
          IntStream.range(0, texts.size())
              .mapToObj(
                  index ->
                      "{\"index\":"
                          + index
                          + ",\"embedding\":"
                          + written(vector(texts.get(index)), request.form())
                          + "}")
              .collect(
                  Collectors.joining(
                      ",", "{\"data\":[", "],\"usage\":{\"total_tokens\":" + texts.size() + "}}"))
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  /** Reads the texts in the only array, and the format of the vectors. */
  private static Request request(InputStream body) throws IOException {
    List<String> texts = new ArrayList<>();
    Form form = Form.FLOATS;
    try (JsonParser json = new JsonFactory().createParser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING && json.getParsingContext().inArray()) {
          texts.add(json.getText());
        } else if (token == JsonToken.VALUE_STRING && json.getText().equals("base64")) {
          form = Form.BASE64;
        }
      }
    }
    return new Request(texts, form);
  }

  /** Of unit length, as most models' vectors are; the same text has the same one. */
  private static float[] vector(String text) {
    SplittableRandom random = new SplittableRandom(text.hashCode());
    double[] values = random.doubles(DIMENSIONS, -1, 1).toArray();
    double length = Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = (float) (values[i] / length);
    }
    return vector;
  }

  private static String written(float[] vector, Form form) {
    return switch (form) {
      case FLOATS -> Arrays.toString(vector);
      case BASE64 -> {
        ByteBuffer bytes =
            ByteBuffer.allocate(DIMENSIONS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        yield '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
      }
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
