package dev.embedctl.provider.tls;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Explains in a sentence a failure of TLS that a retry cannot repair. */
final class TlsFailure {
  private static final int DEEPEST_CAUSE = 10;

  /** Alerts with which servers reject a client certificate, or that there is none. */
  private static final Pattern REJECTED =
      Pattern.compile(
          "Received fatal alert: (bad_certificate|certificate_required|certificate_unknown|certificate_expired"
              + "|certificate_revoked|unsupported_certificate|unknown_ca|access_denied|handshake_failure)");

  private TlsFailure() {}

  /**
   * The sentence; empty if a retry may succeed.
   *
   * @param presented what became of a client certificate, if the server requested one
   */
  static Optional<String> in(Throwable failure, Optional<String> presented) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause)
        .limit(DEEPEST_CAUSE)
        .flatMap(each -> sentence(each, presented).stream())
        .findFirst();
  }

  private static Optional<String> sentence(Throwable failure, Optional<String> presented) {
    String message = String.valueOf(failure.getMessage());
    Matcher rejected = REJECTED.matcher(message);
    return switch (failure) {
      case ExplainingTrustManager.Untrusted e -> Optional.of(message);
      case SSLException e
          when message.toLowerCase(Locale.ROOT).contains("unrecognized ssl message") ->
          Optional.of("it does not use TLS: use http instead of https in its address");
      case SSLException e when presented.isPresent() && rejected.find() ->
          Optional.of(presented.get() + " (its reply is " + rejected.group(1) + ")");
      case SSLException e
          when message.contains("protocol_version") || message.contains("handshake_failure") ->
          Optional.of("it supports no TLS version or cipher that this Java supports");
      default -> Optional.empty();
    };
  }
}
