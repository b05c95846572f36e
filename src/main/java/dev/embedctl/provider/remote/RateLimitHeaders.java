package dev.embedctl.provider.remote;

import dev.embedctl.provider.Quota;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * Reads {@code x-ratelimit-remaining-*} and {@code x-ratelimit-reset-*} as OpenAI and its likes
 * send them: a reset is a duration such as {@code 6m0s} or {@code 12ms}, or a number of seconds.
 */
final class RateLimitHeaders {
  /** Digits of a long, at most. */
  private static final int DIGITS = 18;

  /** No value that means anything is longer. */
  private static final int LONGEST_TEXT = 64;

  private static final Map<String, Double> SECONDS =
      Map.of(
          "ns", 1e-9, "us", 1e-6, "µs", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0, "d",
          86_400.0);
  private static final double LONGEST_SECONDS = 1e8;

  private RateLimitHeaders() {}

  /** What the headers say of both quotas; a value that cannot be read says nothing. */
  static Quota in(HttpHeaders headers) {
    return new Quota(left(headers, "requests"), left(headers, "tokens"));
  }

  /** How many the headers say may be asked for in all, {@code requests} or {@code tokens}. */
  static OptionalLong limit(HttpHeaders headers, String unit) {
    return number(headers, "x-ratelimit-limit-" + unit);
  }

  private static Optional<Quota.Left> left(HttpHeaders headers, String unit) {
    OptionalLong remaining = number(headers, "x-ratelimit-remaining-" + unit);
    Optional<Duration> reset =
        headers.firstValue("x-ratelimit-reset-" + unit).flatMap(RateLimitHeaders::duration);
    return remaining.isEmpty() || reset.isEmpty()
        ? Optional.empty()
        : Optional.of(new Quota.Left(remaining.getAsLong(), reset.get()));
  }

  private static OptionalLong number(HttpHeaders headers, String name) {
    return headers
        .firstValue(name)
        .filter(value -> value.length() <= DIGITS && isDigits(value))
        .map(value -> OptionalLong.of(Long.parseLong(value)))
        .orElse(OptionalLong.empty());
  }

  private static boolean isDigits(String value) {
    return !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Reads {@code 1h6m0.5s}, {@code 12ms}, or {@code 1.5} for seconds. */
  static Optional<Duration> duration(String value) {
    if (value.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    String stripped = value.strip();
    double seconds = 0;
    int at = 0;
    while (at < stripped.length()) {
      int digits = endOf(stripped, at, c -> (c >= '0' && c <= '9') || c == '.');
      int unit = endOf(stripped, digits, c -> c >= 'a' || c == 'µ');
      OptionalDouble number = number(stripped.substring(at, digits));
      boolean bare = at == 0 && digits == stripped.length();
      Double worth = bare ? Double.valueOf(1) : SECONDS.get(stripped.substring(digits, unit));
      if (number.isEmpty() || worth == null) {
        return Optional.empty();
      }
      seconds += number.getAsDouble() * worth;
      at = unit;
    }
    return at == 0 ? Optional.empty() : ofSeconds(seconds);
  }

  private static int endOf(String text, int from, IntPredicate part) {
    int end = from;
    while (end < text.length() && part.test(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Digits with one point between them perhaps. */
  private static OptionalDouble number(String text) {
    int point = text.indexOf('.');
    boolean whole = point < 0 && isDigits(text);
    boolean parts =
        point > 0 && isDigits(text.substring(0, point)) && isDigits(text.substring(point + 1));
    return whole || parts ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
  }

  private static Optional<Duration> ofSeconds(double seconds) {
    return seconds > LONGEST_SECONDS
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
  }
}
