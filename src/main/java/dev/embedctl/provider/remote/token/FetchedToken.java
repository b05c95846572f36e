package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * A token that a server of the platform gives, as those of build services do.
 *
 * @param headers the headers of the request, which may hold a secret
 * @param field the field with the token if the reply is a JSON object
 */
record FetchedToken(
    TokenRequests requests, URI address, Map<String, String> headers, Optional<String> field)
    implements SubjectToken {
  FetchedToken {
    headers = Map.copyOf(headers);
  }

  @Override
  public String read() throws ProviderException, InterruptedException {
    byte[] reply = requests.fetched(address.getHost(), address, headers);
    return SubjectToken.in(reply, field, "the reply of " + address.getHost());
  }

  /** The address only, since a header may be secret. */
  @Override
  public String toString() {
    return "FetchedToken[" + address.getHost() + "]";
  }
}
