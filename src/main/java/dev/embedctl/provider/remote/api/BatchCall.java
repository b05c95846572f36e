package dev.embedctl.provider.remote.api;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A call of a batch API.
 *
 * @param body JSON; empty if there is none
 */
public record BatchCall(String method, URI address, String body) {
  public BatchCall {
    Objects.requireNonNull(method);
    Objects.requireNonNull(address);
    Objects.requireNonNull(body);
  }

  static BatchCall get(URI address) {
    return new BatchCall("GET", address, "");
  }

  static BatchCall post(URI address) {
    return new BatchCall("POST", address, "");
  }

  static BatchCall post(URI address, byte[] json) {
    return new BatchCall("POST", address, new String(json, StandardCharsets.UTF_8));
  }

  static BatchCall delete(URI address) {
    return new BatchCall("DELETE", address, "");
  }
}
