package dev.embedctl.provider.remote.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.provider.Quota;
import dev.embedctl.provider.Quota.Left;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLimitHeadersTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  /** Headers as lines: {@code name: value | name: value}. */
  private static HttpHeaders headers(String lines) {
    Map<String, List<String>> headers =
        Arrays.stream(lines.split(" \\| "))
            .map(line -> line.split(": ", 2))
            .collect(
                Collectors.groupingBy(
                    line -> line[0], Collectors.mapping(line -> line[1], Collectors.toList())));
    return HttpHeaders.of(headers, (name, value) -> true);
  }

  private static Optional<Left> left(long remaining, OptionalLong limit, Duration reset) {
    return Optional.of(new Left(remaining, limit, Optional.of(reset)));
  }

  private static Quota read(String lines) {
    return RateLimitHeaders.of(headers(lines)).quota(CLOCK);
  }

  @Test
  void readsBothQuotas() {
    assertEquals(
        new Quota(
            left(59, OptionalLong.of(60), Duration.ofSeconds(1)),
            left(149_984, OptionalLong.empty(), Duration.ofMillis(6))),
        read(
            "x-ratelimit-limit-requests: 60 | x-ratelimit-remaining-requests: 59"
                + " | x-ratelimit-reset-requests: 1s | x-ratelimit-remaining-tokens: 149984"
                + " | x-ratelimit-reset-tokens: 6ms"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-RateLimit-Limit: 10 | X-RateLimit-Remaining: 4 | X-RateLimit-Reset: 7",
        "X-RateLimit-Limit: 10 | X-RateLimit-Remaining: 4 | X-RateLimit-Reset: 1767323052",
        "X-Rate-Limit-Limit: 10 | X-Rate-Limit-Remaining: 4 | X-Rate-Limit-Reset: 1767323052000",
        "X-RateLimit-Limit: 10 | X-RateLimit-Remaining: 4 | X-RateLimit-Reset-Ms: 7000",
        "x-ratelimit-limit: 10 | x-ratelimit-remaining: 4 | x-ratelimit-reset-after: 7.0",
        "RateLimit-Limit: 10 | RateLimit-Remaining: 4 | RateLimit-Reset: 7",
        "RateLimit: limit=10, remaining=4, reset=7",
        "RateLimit-Policy: \"default\";q=10;w=60 | RateLimit: \"default\";r=4;t=7",
        "RateLimit-Policy: \"a\";q=10;w=60, \"b\";q=99 | RateLimit: \"a\";r=4;t=7, \"b\";r=80;t=1",
        "llm_provider-x-ratelimit-limit-requests: 10 | llm_provider-x-ratelimit-remaining-requests:"
            + " 4 | llm_provider-x-ratelimit-reset-requests: 7s",
        "anthropic-ratelimit-requests-limit: 10 | anthropic-ratelimit-requests-remaining: 4"
            + " | anthropic-ratelimit-requests-reset: 2026-01-02T03:04:12Z",
      })
  void readsTheRelativesOfTheseHeaders(String lines) {
    assertEquals(
        new Quota(left(4, OptionalLong.of(10), Duration.ofSeconds(7)), Optional.empty()),
        read(lines));
  }

  @Test
  void aTimeMayBeMissingAndACountMustBeOne() {
    assertEquals(
        new Quota(
            Optional.of(new Left(5, OptionalLong.empty(), Optional.empty())), Optional.empty()),
        read("x-ratelimit-remaining-requests: 5"));
    assertEquals(
        Quota.UNKNOWN,
        read("x-ratelimit-remaining-requests: many | x-ratelimit-reset-requests: 1s"));
    assertEquals(Quota.UNKNOWN, read("x-ratelimit-remaining-requests: " + "1".repeat(50_000)));
  }

  private static Optional<Duration> untilReset(String lines) {
    return RateLimitHeaders.of(headers(lines)).untilReset(CLOCK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-ratelimit-remaining-requests: 99 | x-ratelimit-reset-requests: 20m"
            + " | x-ratelimit-remaining-tokens: 0 | x-ratelimit-reset-tokens: 5s",
        "x-ratelimit-remaining-requests: 0 | x-ratelimit-reset-requests: 100ms"
            + " | x-ratelimit-remaining-tokens: 0 | x-ratelimit-reset-tokens: 5000ms",
        "x-ratelimit-reset: 5",
        "ratelimit-reset: 5 | x-ratelimit-remaining-minute: 0",
        "RateLimit: \"day\";r=7;t=9000, \"minute\";r=0;t=5",
        "llm_provider-x-ratelimit-remaining-tokens: 0 | llm_provider-x-ratelimit-reset-tokens: 5s"
            + " | x-ratelimit-remaining-requests: 100",
        "anthropic-ratelimit-input-tokens-remaining: 0"
            + " | anthropic-ratelimit-input-tokens-reset: 2026-01-02T03:04:10Z",
      })
  void afterARefusalTheLongestTimeOfWhatIsUsedUpCounts(String lines) {
    assertEquals(Optional.of(Duration.ofSeconds(5)), untilReset(lines));
  }

  @Test
  void whatIsLeftIsNoReasonToWait() {
    assertEquals(
        Optional.empty(),
        untilReset("x-ratelimit-remaining-requests: 3 | x-ratelimit-reset-requests: 15h0m0s"));
    assertEquals(Optional.empty(), untilReset("content-type: application/json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Retry-After: 5",
        "Retry-After: 5.0",
        "Retry-After: 1767323050",
        "Retry-After: 1767323050000",
        "Retry-After: Fri, 02 Jan 2026 03:04:10 GMT",
        "Retry-After: 60 | retry-after-ms: 5000",
        "llm_provider-retry-after: 5",
        "Retry-After: 1767323000 | llm_provider-retry-after: 5"
      })
  void readsTheWaitThatIsAskedFor(String lines) {
    assertEquals(Optional.of(Duration.ofSeconds(5)), RetryAfter.in(headers(lines), CLOCK));
  }

  @Test
  void aMomentThatHasPassedIsNoWait() {
    assertEquals(
        Optional.of(Duration.ZERO), RetryAfter.in(headers("Retry-After: 1767323000"), CLOCK));
  }

  @Test
  void aHeaderOfManyWordsIsRead() {
    String many =
        Stream.generate(() -> "\"a\";r=1;t=1").limit(10_000).collect(Collectors.joining(","));
    assertEquals(
        new Quota(left(1, OptionalLong.empty(), Duration.ofSeconds(1)), Optional.empty()),
        read("RateLimit: " + many));
  }
}
