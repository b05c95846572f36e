package dev.embedctl.provider.remote.errors;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * Parses a time in a header: a number of seconds, a duration such as {@code 6m0s} or {@code 12ms},
 * a Unix time in seconds or milliseconds, or a date. It is parsed by hand, so that a malicious text
 * takes only linear time.
 */
public final class HeaderTime {
  private static final int LONGEST_TEXT = 64;

  /** Longer durations (about three years) are errors. */
  private static final double LONGEST_SECONDS = 1e8;

  /** A number from here on is a Unix time; as seconds from now it would be 30 years. */
  private static final double FIRST_UNIX_TIME = 1e9;

  /** A Unix time from here on is in milliseconds; as seconds it would be the year 5138. */
  private static final double FIRST_UNIX_MILLISECONDS = 1e11;

  private HeaderTime() {}

  /** The time from now until the time in the text; zero if it has passed. */
  static Optional<Duration> until(String text, Clock clock) {
    String value = text.strip();
    if (value.isEmpty() || value.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    if (isNumber(value, 0, value.length())) {
      double number = Double.parseDouble(value);
      return number < FIRST_UNIX_TIME ? ofSeconds(number) : from(clock.instant(), unixTime(number));
    }
    return duration(value).or(() -> date(value).flatMap(date -> from(clock.instant(), date)));
  }

  /** A duration such as {@code 1h6m0.5s} or {@code 12ms}; a number without a unit is seconds. */
  public static Optional<Duration> duration(String text) {
    String value = text.strip();
    if (value.isEmpty() || value.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    if (isNumber(value, 0, value.length())) {
      return ofSeconds(Double.parseDouble(value));
    }
    double seconds = 0;
    for (int at = 0; at < value.length(); ) {
      int unit = at;
      while (unit < value.length() && isOfNumber(value.charAt(unit))) {
        unit++;
      }
      int end = unit;
      while (end < value.length() && !isOfNumber(value.charAt(end))) {
        end++;
      }
      double secondsOfUnit = secondsOf(value.substring(unit, end).strip());
      if (!isNumber(value, at, unit) || secondsOfUnit == 0) {
        return Optional.empty();
      }
      seconds += Double.parseDouble(value.substring(at, unit)) * secondsOfUnit;
      at = end;
    }
    return ofSeconds(seconds);
  }

  /** A number of milliseconds. */
  static Optional<Duration> milliseconds(String text) {
    String value = text.strip();
    return value.length() <= LONGEST_TEXT && isNumber(value, 0, value.length())
        ? ofSeconds(Double.parseDouble(value) / 1000)
        : Optional.empty();
  }

  private static double secondsOf(String unit) {
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "ns" -> 1e-9;
      case "us", "µs", "μs" -> 1e-6;
      case "ms", "millisecond", "milliseconds" -> 1e-3;
      case "s", "sec", "secs", "second", "seconds" -> 1;
      case "m", "min", "mins", "minute", "minutes" -> 60;
      case "h", "hour", "hours" -> 3600;
      case "d", "day", "days" -> 86_400;
      default -> 0;
    };
  }

  private static boolean isOfNumber(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  /** Digits, with a point among them at most once. */
  private static boolean isNumber(String value, int from, int to) {
    int digits = 0;
    int points = 0;
    for (int i = from; i < to; i++) {
      char c = value.charAt(i);
      if (c == '.') {
        points++;
      } else if (c >= '0' && c <= '9') {
        digits++;
      } else {
        return false;
      }
    }
    return digits > 0 && points <= 1;
  }

  private static Instant unixTime(double number) {
    return Instant.ofEpochMilli((long) (number < FIRST_UNIX_MILLISECONDS ? number * 1000 : number));
  }

  private static Optional<Duration> from(Instant now, Instant then) {
    Duration wait = Duration.between(now, then);
    return wait.isNegative() ? Optional.of(Duration.ZERO) : bounded(wait);
  }

  private static Optional<Instant> date(String value) {
    try {
      return Optional.of(
          value.endsWith("GMT")
              ? ZonedDateTime.parse(
                      value, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                  .toInstant()
              : OffsetDateTime.parse(value).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> ofSeconds(double seconds) {
    return seconds > LONGEST_SECONDS
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
  }

  private static Optional<Duration> bounded(Duration wait) {
    return wait.toSeconds() > LONGEST_SECONDS ? Optional.empty() : Optional.of(wait);
  }
}
