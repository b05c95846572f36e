package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.provider.Quota;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLimitHeadersTest {

  private static Quota read(String... namesAndValues) {
    Map<String, List<String>> headers = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return RateLimitHeaders.in(HttpHeaders.of(headers, (name, value) -> true));
  }

  @Test
  void readsBothQuotas() {
    assertEquals(
        new Quota(
            Optional.of(new Quota.Left(59, Duration.ofSeconds(1))),
            Optional.of(new Quota.Left(149_984, Duration.ofMillis(6)))),
        read(
            "x-ratelimit-limit-requests", "60",
            "x-ratelimit-remaining-requests", "59",
            "x-ratelimit-reset-requests", "1s",
            "x-ratelimit-remaining-tokens", "149984",
            "x-ratelimit-reset-tokens", "6ms"));
  }

  @ParameterizedTest
  @CsvSource({
    "12ms, 12",
    "1s, 1000",
    "6m0s, 360000",
    "1h2m3.5s, 3723500",
    "2.5, 2500",
    "0s, 0",
    "1d, 86400000"
  })
  void readsDurationsAsGoWritesThemAndPlainSeconds(String value, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), RateLimitHeaders.duration(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "1x", "s", "-1s", "1s later", "1764000000000", "999999999d"})
  void whatIsNoDurationSaysNothing(String value) {
    assertEquals(Optional.empty(), RateLimitHeaders.duration(value));
  }

  @Test
  void halfASayingSaysNothing() {
    assertEquals(Quota.UNSAID, read("x-ratelimit-remaining-requests", "5"));
    assertEquals(
        Quota.UNSAID,
        read("x-ratelimit-remaining-requests", "many", "x-ratelimit-reset-requests", "1s"));
  }
}
