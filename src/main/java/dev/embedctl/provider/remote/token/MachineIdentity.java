package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.remote.auth.Expiring;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * The identity that a cloud gives to a machine: a server that only this machine reaches issues
 * tokens. Where no other credentials are set, nothing tells whether there is such a server, so the
 * first request has little time.
 */
final class MachineIdentity implements TokenSource {
  private static final Duration FIRST = Duration.ofSeconds(3);
  private static final Duration LATER = Duration.ofSeconds(20);

  private final TokenRequests requests;
  private final String description;
  private final URI address;
  private final Map<String, String> headers;
  private final String missing;
  private volatile boolean exists;

  /**
   * The identity of this machine.
   *
   * @param missing a sentence for a machine without one
   */
  MachineIdentity(
      TokenRequests requests,
      String description,
      URI address,
      Map<String, String> headers,
      String missing) {
    this.requests = requests;
    this.description = description;
    this.address = address;
    this.headers = Map.copyOf(headers);
    this.missing = missing;
  }

  @Override
  public Expiring<String> get() throws ProviderException, InterruptedException {
    try {
      Expiring<String> token =
          requests.get(address.getHost(), address, headers, exists ? LATER : FIRST);
      exists = true;
      return token;
    } catch (Transient e) {
      if (exists || e.kind() != Transient.Kind.UNREACHED) {
        throw e;
      }
      throw new Hopeless(Reason.CREDENTIALS, missing);
    }
  }

  @Override
  public String description() {
    return description;
  }
}
