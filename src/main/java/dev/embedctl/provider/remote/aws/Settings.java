package dev.embedctl.provider.remote.aws;

import dev.embedctl.model.EmbedctlException.Usage;
import java.net.URI;

/** Checks values of the environment, of files and of services before they are used. */
final class Settings {
  private Settings() {}

  /**
   * A value that a header can hold.
   *
   * @param name where it comes from, for the message, which does not repeat it
   */
  static String secret(String value, String name) {
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new Usage(
          name
              + ": a key or token contains white space, a control character or a character beyond"
              + " ASCII; set it again");
    }
    return value;
  }

  /** An http or https address with a host. */
  static URI address(String value, String name) {
    try {
      URI address = URI.create(value);
      String scheme = String.valueOf(address.getScheme());
      if (address.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw new Usage(name + " is not an address: " + e.getMessage());
    }
    throw new Usage(name + ": " + value + " is not an http or https address with a host");
  }
}
