package dev.embedctl.provider.remote;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A reply that an API is known to give.
 *
 * @param pause the wait that it asks for, where it does
 */
public record Recorded(
    int status, Map<String, String> headers, String body, Optional<Duration> pause) {

  public static Recorded of(int status, String body) {
    return new Recorded(status, Map.of(), body, Optional.empty());
  }

  /** The same, with a header. */
  public Recorded with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Recorded(status, more, body, pause);
  }

  /** The same, which asks for a wait. */
  public Recorded asking(Duration toWait) {
    return new Recorded(status, headers, body, Optional.of(toWait));
  }
}
