package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A key in the headers of each call, or nothing where there is no key. */
public final class KeyAuthorization implements Authorization {
  private final Optional<ApiKey> key;
  private final Optional<String> keyVariable;
  private final Optional<String> header;
  private final Map<String, String> headers;

  /**
   * A key for a server.
   *
   * @param keyVariable the environment variable for the key, whether it is set or not
   * @param header a header of the user's own that authorises calls in place of the key
   * @param headers the headers for a key
   */
  KeyAuthorization(
      Optional<ApiKey> key,
      Optional<String> keyVariable,
      Optional<String> header,
      Function<ApiKey, Map<String, String>> headers) {
    this.key = key;
    this.keyVariable = keyVariable;
    this.header = header;
    this.headers = Map.copyOf(key.map(headers).orElse(Map.of()));
  }

  /** Calls without a key. */
  public static Authorization none() {
    return new KeyAuthorization(
        Optional.empty(), Optional.empty(), Optional.empty(), key -> Map.of());
  }

  @Override
  public Map<String, String> headers(AuthorizedCall call) {
    return headers;
  }

  @Override
  public Stream<String> secrets() {
    return key.stream().map(ApiKey::secret);
  }

  /** The variable of the key, or that there is no key if one is needed. */
  @Override
  public String note(Reason reason) {
    return key.map(k -> " (key from " + k.variable() + ")")
        .or(() -> header.map(name -> " (with your header " + name + ")"))
        .orElse(reason == Reason.KEY ? missing() : "");
  }

  private String missing() {
    return keyVariable
        .map(variable -> " (no key given: " + variable + " is empty or not set)")
        .orElse(" (no key given)");
  }
}
