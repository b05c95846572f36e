package dev.embedctl.provider.tls;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Explains in a sentence a failure of TLS that a retry cannot repair. */
public final class TlsFailure {
  private static final int DEEPEST_CAUSE = 10;

  private TlsFailure() {}

  /** The sentence; empty if a retry may succeed. */
  public static Optional<String> in(Throwable failure) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause)
        .limit(DEEPEST_CAUSE)
        .flatMap(each -> sentence(each).stream())
        .findFirst();
  }

  private static Optional<String> sentence(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case ExplainingTrustManager.Untrusted e -> Optional.of(message);
      case SSLException e
          when message.toLowerCase(Locale.ROOT).contains("unrecognized ssl message") ->
          Optional.of("it does not use TLS: use http instead of https in its address");
      case SSLException e
          when message.contains("bad_certificate") || message.contains("certificate_required") ->
          Optional.of("it requires a client certificate, which embedctl does not support");
      case SSLException e
          when message.contains("protocol_version") || message.contains("handshake_failure") ->
          Optional.of("it supports no TLS version or cipher that this Java supports");
      default -> Optional.empty();
    };
  }
}
