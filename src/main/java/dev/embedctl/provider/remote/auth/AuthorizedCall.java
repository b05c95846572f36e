package dev.embedctl.provider.remote.auth;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** A call before it is sent: all that a signature covers. */
public final class AuthorizedCall {
  private final String method;
  private final URI address;
  private final Map<String, String> headers;
  private final byte[] body;

  /**
   * A call.
   *
   * @param headers the headers of its content, each with one value
   * @param body its own bytes, which nobody changes
   */
  public AuthorizedCall(String method, URI address, Map<String, String> headers, byte[] body) {
    this.method = Objects.requireNonNull(method);
    this.address = Objects.requireNonNull(address);
    this.headers = Map.copyOf(headers);
    this.body = Objects.requireNonNull(body);
  }

  public String method() {
    return method;
  }

  public URI address() {
    return address;
  }

  public Map<String, String> headers() {
    return headers;
  }

  public byte[] body() {
    return body;
  }
}
