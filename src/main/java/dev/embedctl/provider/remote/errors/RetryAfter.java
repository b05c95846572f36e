package dev.embedctl.provider.remote.errors;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the wait that a server asks for: {@code Retry-After}, or the same in milliseconds, also
 * where a gateway passes it on under a prefix.
 */
public final class RetryAfter {
  private static final List<String> IN_MILLISECONDS =
      List.of("retry-after-ms", "x-ms-retry-after-ms");
  private static final String NAME = "retry-after";

  private RetryAfter() {}

  /** The wait, where there is one that can be read; a date that has passed is no wait. */
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
