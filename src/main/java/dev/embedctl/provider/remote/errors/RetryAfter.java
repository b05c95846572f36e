package dev.embedctl.provider.remote.errors;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Parses the wait that a server requests: {@code Retry-After}, or the same in milliseconds, also
 * with the prefix of a gateway.
 */
public final class RetryAfter {
  private static final List<String> IN_MILLISECONDS =
      List.of("retry-after-ms", "x-ms-retry-after-ms");
  private static final String NAME = "retry-after";

  private RetryAfter() {}

  /** The wait, if there is a valid one; a date in the past is no wait. */
  public static Optional<Duration> in(HttpHeaders headers, Clock clock) {
    List<Duration> waits =
        Stream.of("", RateLimitHeaders.OF_GATEWAY)
            .flatMap(prefix -> waits(headers, prefix, clock))
            .toList();
    return waits.stream()
        .filter(Duration::isPositive)
        .findFirst()
        .or(() -> waits.stream().findFirst());
  }

  private static Stream<Duration> waits(HttpHeaders headers, String prefix, Clock clock) {
    return Stream.concat(
        IN_MILLISECONDS.stream()
            .flatMap(name -> headers.firstValue(prefix + name).stream())
            .flatMap(value -> HeaderTime.milliseconds(value).stream()),
        headers.firstValue(prefix + NAME).stream()
            .flatMap(value -> HeaderTime.until(value, clock).stream()));
  }
}
