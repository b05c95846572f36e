package dev.embedctl.provider.remote;

import dev.embedctl.provider.Quota;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code x-ratelimit-remaining-*} and {@code x-ratelimit-reset-*} as OpenAI and its likes
 * send them: a reset is a duration such as {@code 6m0s} or {@code 12ms}, or a number of seconds.
 */
final class RateLimitHeaders {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|us|µs|ns|s|m|h|d)");
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
        .filter(value -> value.matches("\\d{1,18}"))
        .map(value -> OptionalLong.of(Long.parseLong(value)))
        .orElse(OptionalLong.empty());
  }

  /** Reads {@code 1h6m0.5s}, {@code 12ms}, or {@code 1.5} for seconds. */
  static Optional<Duration> duration(String value) {
    String stripped = value.strip();
    if (stripped.matches("\\d{1,9}(\\.\\d+)?")) {
      return ofSeconds(Double.parseDouble(stripped));
    }
    Matcher part = PART.matcher(stripped);
    double seconds = 0;
    int end = 0;
    while (part.find() && part.start() == end) {
      seconds += Double.parseDouble(part.group(1)) * SECONDS.get(part.group(2));
      end = part.end();
    }
    return end == 0 || end < stripped.length() ? Optional.empty() : ofSeconds(seconds);
  }

  private static Optional<Duration> ofSeconds(double seconds) {
    return seconds > LONGEST_SECONDS
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
  }
}
