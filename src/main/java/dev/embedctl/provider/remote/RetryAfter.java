package dev.embedctl.provider.remote;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Reads the wait that a server asks for: {@code retry-after-ms}, or {@code Retry-After}. */
final class RetryAfter {
  /** No date and no number that means anything is longer. */
  private static final int LONGEST_TEXT = 64;

  private RetryAfter() {}

  /** The wait, where there is one that can be read; a date that has passed is no wait. */
  static Optional<Duration> in(HttpHeaders headers, Clock clock) {
    return headers
        .firstValue("retry-after-ms")
        .filter(RetryAfter::isShort)
        .flatMap(value -> seconds(value).map(ms -> ms.dividedBy(1000)))
        .or(
            () ->
                headers
                    .firstValue("retry-after")
                    .filter(RetryAfter::isShort)
                    .flatMap(value -> ofHeader(value, clock)));
  }

  private static boolean isShort(String value) {
    return value.length() <= LONGEST_TEXT;
  }

  private static Optional<Duration> ofHeader(String value, Clock clock) {
    return seconds(value).or(() -> untilDate(value, clock));
  }

  /** A decimal number of seconds; some servers send {@code 1.5}. */
  private static Optional<Duration> seconds(String value) {
    try {
      double seconds = Double.parseDouble(value.strip());
      return seconds >= 0 && seconds < Integer.MAX_VALUE
          ? Optional.of(Duration.ofNanos((long) (seconds * 1e9)))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> untilDate(String value, Clock clock) {
    try {
      ZonedDateTime date =
          ZonedDateTime.parse(
              value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT));
      Duration wait = Duration.between(clock.instant(), date.toInstant());
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
