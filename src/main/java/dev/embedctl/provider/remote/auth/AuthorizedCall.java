package dev.embedctl.provider.remote.auth;

import java.net.URI;
import java.util.Objects;

/** A call before it is sent: all that a signature covers. */
public final class AuthorizedCall {
  private final String method;
  private final URI address;
  private final byte[] body;

  /** A call with the body's own bytes, which nobody changes. */
  public AuthorizedCall(String method, URI address, byte[] body) {
    this.method = Objects.requireNonNull(method);
    this.address = Objects.requireNonNull(address);
    this.body = Objects.requireNonNull(body);
  }

  public String method() {
    return method;
  }

  public URI address() {
    return address;
  }

  public byte[] body() {
    return body;
  }
}
