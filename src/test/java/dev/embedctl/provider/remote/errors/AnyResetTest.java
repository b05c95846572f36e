package dev.embedctl.provider.remote.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A wait that a server states in any of the usual ways is that wait. */
final class AnyResetTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final int TRIES = 5000;

  private final Random random = new Random(20_261_129);

  /** Headers of one quota. */
  private record Stated(Map<String, List<String>> headers, Duration until) {}

  @Test
  void theLongestOfTheQuotasThatAreUsedUpIsTheWait() {
    for (int i = 0; i < TRIES; i++) {
      Map<String, List<String>> headers = new HashMap<>();
      Optional<Duration> longest = Optional.empty();
      List<String> units = new ArrayList<>(List.of("requests", "tokens", "requests-day"));
      for (int quotas = 1 + random.nextInt(units.size()); quotas > 0; quotas--) {
        boolean usedUp = random.nextBoolean();
        Stated stated = stated(units.removeFirst(), usedUp ? 0 : 1 + random.nextInt(1000));
        headers.putAll(stated.headers());
        if (usedUp && longest.map(stated.until()::compareTo).orElse(1) > 0) {
          longest = Optional.of(stated.until());
        }
      }
      noise(headers);

      assertEquals(
          longest,
          RateLimitHeaders.of(HttpHeaders.of(headers, (n, v) -> true)).untilReset(CLOCK),
          headers::toString);
    }
  }

  private Stated stated(String unit, long remaining) {
    String gateway = random.nextInt(4) == 0 ? "llm_provider-" : "";
    String prefix = gateway + any("x-ratelimit-", "X-RateLimit-", "ratelimit-");
    Duration wait = Duration.ofSeconds(1 + random.nextInt(3000));
    return new Stated(
        Map.of(
            prefix + "remaining-" + unit,
            List.of(String.valueOf(remaining)),
            prefix + "limit-" + unit,
            List.of("1000"),
            prefix + "reset-" + unit,
            List.of(written(wait))),
        wait);
  }

  private String written(Duration wait) {
    Instant then = NOW.plus(wait);
    return switch (random.nextInt(7)) {
      case 0 -> wait.toSeconds() + "s";
      case 1 -> wait.toMillis() + "ms";
      case 2 -> wait.toMinutes() + "m" + wait.toSecondsPart() + "s";
      case 3 -> String.valueOf(then.getEpochSecond());
      case 4 -> String.valueOf(then.toEpochMilli());
      case 5 -> then.toString();
      default -> DateTimeFormatter.RFC_1123_DATE_TIME.format(then.atOffset(ZoneOffset.UTC));
    };
  }

  /** Headers that state nothing that can be believed. */
  private void noise(Map<String, List<String>> headers) {
    if (random.nextBoolean()) {
      headers.put(
          "x-ratelimit-reset-" + any("images", "other"),
          List.of(any("", "soon", "-5", "1e9", "9".repeat(40), "1x", "NaN", "\u0661s")));
    }
    if (random.nextBoolean()) {
      headers.put("x-request-id", List.of("17s"));
    }
  }

  @Test
  void whatStandsInAHeaderNeverEndsARun() {
    List<String> names =
        List.of(
            "ratelimit",
            "ratelimit-policy",
            "x-ratelimit",
            "x-ratelimit-reset",
            "x-ratelimit-remaining-requests",
            "x-ratelimit-limit-tokens",
            "llm_provider-x-ratelimit-reset-ms",
            "x-rate-limit-reset-after",
            "retry-after",
            "retry-after-ms");
    for (int i = 0; i < TRIES; i++) {
      Map<String, List<String>> headers = new HashMap<>();
      for (int more = random.nextInt(4); more >= 0; more--) {
        headers.put(any(names.toArray(String[]::new)), List.of(junk(), junk()));
      }
      HttpHeaders made = HttpHeaders.of(headers, (n, v) -> true);
      RateLimitHeaders limits = RateLimitHeaders.of(made);
      limits.limit("tokens");
      limits.quota(CLOCK).requests().ifPresent(left -> assertTrue(left.remaining() >= 0));
      limits
          .untilReset(CLOCK)
          .ifPresent(wait -> assertTrue(!wait.isNegative(), () -> headers + ": " + wait));
      RetryAfter.in(made, CLOCK)
          .ifPresent(wait -> assertTrue(!wait.isNegative(), () -> headers + ": " + wait));
    }
  }

  private String junk() {
    StringBuilder junk = new StringBuilder();
    for (int parts = random.nextInt(5); parts >= 0; parts--) {
      junk.append(
          any(
              "1",
              "-",
              "9".repeat(30),
              ".",
              "s",
              "ms",
              "m",
              "h",
              "d",
              " ",
              ",",
              ";",
              "=",
              "r=0",
              "t=",
              "\"",
              "default",
              "e9",
              "GMT",
              "2026-01-02T03:04:12Z",
              "Fri, 02 Jan 2026",
              ":",
              "\u0661",
              "1767323052",
              "+",
              "NaN"));
    }
    return junk.toString().toLowerCase(Locale.ROOT);
  }

  private String any(String... all) {
    return all[random.nextInt(all.length)];
  }
}
