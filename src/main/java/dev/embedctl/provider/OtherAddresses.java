package dev.embedctl.provider;

import java.io.Serializable;
import java.util.List;

/**
 * Further addresses of a provider, whose servers share the calls of a run with the first one.
 *
 * @param urls the addresses, at least one
 * @param leastCosine the lowest cosine of the vectors that two servers make of a text
 */
public record OtherAddresses(List<String> urls, double leastCosine) implements Serializable {
  public OtherAddresses {
    urls = List.copyOf(urls);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("no further address");
    }
  }
}
