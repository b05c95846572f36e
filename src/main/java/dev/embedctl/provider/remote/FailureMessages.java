package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.remote.api.ApiKey;
import java.util.Optional;
import java.util.stream.Stream;

/** Formats failures for the user: with the server's name, and without keys and passwords. */
public final class FailureMessages {
  private final String where;
  private final Optional<ApiKey> key;
  private final Optional<String> keyVariable;
  private final Optional<String> authorization;
  private final Secrets secrets;

  /**
   * Messages for calls to one server.
   *
   * @param provider the provider's name
   * @param host the host of the server
   * @param keyVariable the environment variable for the key
   * @param extras further headers and parameters of each call
   */
  public FailureMessages(
      String provider,
      String host,
      Optional<ApiKey> key,
      Optional<String> keyVariable,
      Optional<RequestExtras> extras,
      Optional<HttpProxy> proxy) {
    this.where = provider + " at " + host + proxy.map(p -> " through the proxy " + p).orElse("");
    this.key = key;
    this.keyVariable = keyVariable;
    this.authorization = extras.isEmpty() ? Optional.empty() : extras.get().authorization();
    this.secrets =
        new Secrets(
            Stream.concat(
                Stream.concat(
                    key.stream().map(ApiKey::secret), proxy.stream().flatMap(HttpProxy::secrets)),
                extras.isEmpty() ? Stream.empty() : extras.get().secrets()));
  }

  /** The body of a reply without secrets; called before the body is shortened. */
  byte[] scrub(byte[] body) {
    return secrets.scrub(body);
  }

  /** A message with the server in front. */
  String message(String message) {
    return where + ": " + secrets.scrub(message);
  }

  Transient transientFailure(Kind kind, String message, Throwable cause) {
    return new Transient(message(message), kind, Optional.empty(), secrets.scrub(cause));
  }

  /** The failure with the server in front and the variable of its key. */
  ProviderException of(ProviderException failure) {
    String message = message(failure.getMessage());
    return switch (failure) {
      case Transient e -> new Transient(message, e.kind(), e.retryAfter(), e.getCause());
      case Refused e -> new Refused(message);
      case Unsent e -> e;
      case Hopeless e -> new Hopeless(e.reason(), message + ofKey(e)).after(e.attempts());
    };
  }

  /** The variable of the key, or that there is no key if one is needed. */
  private String ofKey(Hopeless failure) {
    boolean wanted = failure.reason() == Hopeless.Reason.KEY;
    return key.map(k -> " (key from " + k.variable() + ")")
        .or(() -> authorization.map(name -> " (with your header " + name + ")"))
        .orElse(wanted ? noKey() : "");
  }

  private String noKey() {
    return keyVariable
        .map(variable -> " (no key given: " + variable + " is empty or not set)")
        .orElse(" (no key given)");
  }

  static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
