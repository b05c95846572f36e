package dev.embedctl.provider.remote.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderTimeTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource({
    "12ms, 12",
    "1s, 1000",
    "0m5s, 5000",
    "6m0s, 360000",
    "1h2m3.5s, 3723500",
    "1 minute 30 seconds, 90000",
    "2.5, 2500",
    "0s, 0",
    "1d, 86400000"
  })
  void readsDurationsAndPlainSeconds(String value, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), HeaderTime.duration(value));
    assertEquals(Optional.of(Duration.ofMillis(millis)), HeaderTime.until(value, CLOCK));
  }

  @ParameterizedTest
  @CsvSource({
    "1767323052, 7000", // the second
    "1767323052.5, 7500",
    "1767323052250, 7250", // the millisecond
    "1767323040, 0", // past
    "2026-01-02T03:04:12Z, 7000",
    "2026-01-02T04:04:12.5+01:00, 7500",
    "2026-01-02T03:00:00Z, 0",
  })
  void readsUnixTimesAndDates(String value, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), HeaderTime.until(value, CLOCK));
  }

  @Test
  void readsDatesOfHttp() {
    assertEquals(
        Optional.of(Duration.ofSeconds(7)),
        HeaderTime.until("Fri, 02 Jan 2026 03:04:12 GMT", CLOCK));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        "1.2.3",
        "soon",
        "1x",
        "s",
        "-1s",
        "1s later",
        "1e5",
        "0x10",
        "NaN",
        "1f",
        "999999999d",
        "99999999999999999999",
        "2026-13-40T00:00:00Z",
        "GMT"
      })
  void whatIsNoTimeSaysNothing(String value) {
    assertEquals(Optional.empty(), HeaderTime.until(value, CLOCK));
    assertEquals(Optional.empty(), HeaderTime.duration(value));
  }

  @Test
  void foreignTextCostsNoMoreThanItsLength() {
    Random random = new Random(7);
    String alphabet = "0123456789.smhd -:TZ";
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(70); text.length() < length; ) {
              text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            HeaderTime.until(text.toString(), CLOCK)
                .ifPresent(time -> assertEquals(false, time.isNegative(), text.toString()));
          }
          assertEquals(Optional.empty(), HeaderTime.until("1".repeat(1_000_000), CLOCK));
          assertEquals(Optional.empty(), HeaderTime.until("1s".repeat(1_000_000), CLOCK));
        });
  }
}
