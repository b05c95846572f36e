package dev.embedctl.provider.remote;

import java.util.Locale;
import java.util.Optional;

/** Headers that users cannot set, each with the reason. */
final class ForbiddenHeaders {
  private ForbiddenHeaders() {}

  /** The reason why a header cannot be set; empty if it can. */
  static Optional<String> reason(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "host" -> Optional.of("it follows from the address of the call");
      case "content-type", "content-length", "content-encoding", "transfer-encoding" ->
          Optional.of("it describes the body of the call, which embedctl writes");
      case "accept", "accept-encoding" ->
          Optional.of("it describes the replies that embedctl can read");
      case "connection", "keep-alive", "upgrade", "te", "trailer", "expect", "http2-settings" ->
          Optional.of("it belongs to the connection, which embedctl opens itself");
      case "proxy-authorization", "proxy-connection" ->
          Optional.of("a proxy's user and password belong into HTTPS_PROXY");
      default -> Optional.empty();
    };
  }
}
