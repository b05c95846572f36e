package dev.embedctl.provider.tls;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Why no connection with TLS comes about that no further try would mend, in a sentence. */
public final class TlsFailure {
  private static final int DEEPEST_CAUSE = 10;

  private TlsFailure() {}

  /** The sentence; empty where another try may go better. */
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
          Optional.of("it does not answer in TLS: is its address http and not https?");
      case SSLException e
          when message.contains("bad_certificate") || message.contains("certificate_required") ->
          Optional.of("it wants a certificate of this side's too");
      case SSLException e
          when message.contains("protocol_version") || message.contains("handshake_failure") ->
          Optional.of("it has no version or method of TLS in common with this side");
      default -> Optional.empty();
    };
  }
}
