package dev.embedctl.provider.remote.token;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/** Addresses that secrets may be sent to: with TLS, or on this machine. */
final class SafeAddress {
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

  private SafeAddress() {}

  /**
   * The address in a text.
   *
   * @throws URISyntaxException if it is none; its reason continues a sentence about the text
   */
  static URI of(String text) throws URISyntaxException {
    URI address;
    try {
      address = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new URISyntaxException(text, "is not an address");
    }
    String host = String.valueOf(address.getHost());
    boolean safe =
        "https".equalsIgnoreCase(address.getScheme())
            || ("http".equalsIgnoreCase(address.getScheme()) && THIS_MACHINE.contains(host));
    if (address.getHost() == null || !safe) {
      throw new URISyntaxException(text, "is not an https address");
    }
    return address;
  }
}
