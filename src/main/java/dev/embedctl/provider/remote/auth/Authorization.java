package dev.embedctl.provider.remote.auth;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.net.http.HttpHeaders;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Authorises the calls to one server. Thread-safe. */
public interface Authorization {

  /**
   * The headers that authorise one call; requested anew for each attempt. The first call and calls
   * near the end of a token's life may get a new token first, with a call to whoever issues it.
   *
   * @throws ProviderException if there are no credentials, or none can be got now
   */
  Map<String, String> headers(AuthorizedCall call) throws ProviderException, InterruptedException;

  /** The secrets so far, which no message may contain. */
  Stream<String> secrets();

  /**
   * A note for a failure that no retry resolves, such as {@code " (key from NAME)"}; empty if there
   * is nothing to add.
   */
  String note(Reason reason);

  /**
   * The failure for a reply that rejects the authorisation, if this class knows its meaning. If it
   * is transient, the next attempt gets new credentials.
   *
   * @param sent the headers of the rejected call
   */
  default Optional<ProviderException> rejected(HttpHeaders sent, FailedReply reply) {
    return Optional.empty();
  }
}
