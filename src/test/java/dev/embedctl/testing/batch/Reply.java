package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the server sends back. */
public final class Reply {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  Reply(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public int status() {
    return status;
  }

  public Map<String, String> headers() {
    return headers;
  }

  public byte[] body() {
    return body;
  }

  static Reply of(JsonNode body) {
    return text(200, body.toString());
  }

  /** A reply with a status and a body. */
  public static Reply text(int status, String body) {
    return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  /** The same, with a header. */
  public Reply with(String name, String value) {
    return new Reply(status, Map.of(name, value), body);
  }
}
