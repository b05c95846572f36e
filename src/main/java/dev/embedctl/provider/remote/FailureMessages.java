package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.remote.auth.Authorization;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Formats failures for the user: with the server's name, and without keys and passwords. */
public final class FailureMessages {
  private final String where;
  private final Authorization authorization;
  private final List<String> others;

  /**
   * Messages for calls to one server.
   *
   * @param provider the provider's name
   * @param host the host of the server
   * @param authorization what authorises the calls
   * @param extras further headers and parameters of each call
   */
  public FailureMessages(
      String provider,
      String host,
      Authorization authorization,
      Optional<RequestExtras> extras,
      Optional<HttpProxy> proxy) {
    this.where = provider + " at " + host + proxy.map(p -> " through the proxy " + p).orElse("");
    this.authorization = authorization;
    this.others =
        Stream.concat(
                extras.isEmpty() ? Stream.empty() : extras.get().secrets(),
                proxy.stream().flatMap(HttpProxy::secrets))
            .toList();
  }

  /** Removes the secrets so far: a token that is renewed later is another one. */
  private Secrets secrets() {
    return new Secrets(Stream.concat(authorization.secrets(), others.stream()));
  }

  /** The body of a reply without secrets; called before the body is shortened. */
  byte[] scrub(byte[] body) {
    return secrets().scrub(body);
  }

  /** A message with the server in front. */
  String message(String message) {
    return where + ": " + secrets().scrub(message);
  }

  Transient transientFailure(Kind kind, String message, Throwable cause) {
    return new Transient(message(message), kind, Optional.empty(), secrets().scrub(cause));
  }

  /** The failure with the server in front and the place of its key. */
  ProviderException of(ProviderException failure) {
    String message = message(failure.getMessage());
    return switch (failure) {
      case Transient e -> new Transient(message, e.kind(), e.retryAfter(), e.getCause());
      case Refused e -> new Refused(message);
      case Unsent e -> e;
      case Hopeless e ->
          new Hopeless(e.reason(), message + authorization.note(e.reason())).after(e.attempts());
    };
  }

  static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
