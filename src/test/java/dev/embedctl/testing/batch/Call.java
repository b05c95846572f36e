package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A call that the server received. */
public final class Call {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String method;
  private final URI uri;
  private final Headers headers;
  private final byte[] body;

  Call(String method, URI uri, Headers headers, byte[] body) {
    this.method = method;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
  }

  public String method() {
    return method;
  }

  public URI uri() {
    return uri;
  }

  public Headers headers() {
    return headers;
  }

  public byte[] body() {
    return body;
  }

  /** The path without its query. */
  public String path() {
    return uri.getPath();
  }

  /** A parameter of the query. */
  public Optional<String> query(String name) {
    return Stream.of(Objects.requireNonNullElse(uri.getRawQuery(), "").split("&", -1))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
        .findFirst();
  }

  JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new AssertionError("the body of " + method + " " + uri + " is not JSON", e);
    }
  }

  /** The content of a part of a form. */
  byte[] part(String name) {
    String type = headers.getFirst("Content-Type");
    String boundary = "--" + type.substring(type.indexOf("boundary=") + "boundary=".length());
    String form = new String(body, StandardCharsets.ISO_8859_1); // a character for each byte
    int head = form.indexOf("name=\"" + name + "\"");
    if (head < 0) {
      throw new AssertionError("the form has no part " + name);
    }
    int from = form.indexOf("\r\n\r\n", head) + 4;
    return Arrays.copyOfRange(body, from, form.indexOf("\r\n" + boundary, from));
  }
}
