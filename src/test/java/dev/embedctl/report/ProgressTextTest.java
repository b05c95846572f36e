package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.catalog.Price;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgressTextTest {
  private static final OptionalDouble UNKNOWN = OptionalDouble.empty();
  private static final Price PRICE = new Price(new BigDecimal("0.02"), Optional.empty(), "a page");

  private final ProgressText text = new ProgressText(Optional.of(PRICE));

  private static RunNow at(int seconds, long texts) {
    return at(seconds, texts, Duration.ZERO);
  }

  private static RunNow at(int seconds, long texts, Duration held) {
    return new RunNow(
        Duration.ofSeconds(seconds),
        texts - 3,
        texts / 4,
        3,
        7,
        held,
        OptionalLong.of(1_000_000),
        Optional.empty());
  }

  @Test
  void showsProgressRateTimeLeftAndCost() {
    text.bar(at(0, 0), OptionalDouble.of(4000), 100);

    assertEquals(
        "[=======>                      ]  25%  997 texts  0:30 left  100/s  3 failed  25% cached"
            + "  $0.02  7 calls in flight",
        text.bar(at(10, 1000), OptionalDouble.of(4000), 120));
  }

  @Test
  void withoutAKnownTotalThereIsNeitherBarNorTimeLeft() {
    text.bar(at(0, 0), UNKNOWN, 100);

    assertEquals(
        "997 texts  100/s  3 failed  25% cached  $0.02  7 calls in flight",
        text.bar(at(10, 1000), UNKNOWN, 120));
  }

  @Test
  void showsThatTheProviderAsksToWait() {
    assertTrue(
        text.bar(at(1, 0, Duration.ofSeconds(65)), UNKNOWN, 120)
            .contains("provider asks to wait 1:05"));
    assertFalse(text.bar(at(1, 0, Duration.ofMillis(900)), UNKNOWN, 120).contains("wait"));
  }

  @Test
  void theRateIsMeasuredOverTheLastSeconds() {
    for (int second = 0; second <= 100; second++) {
      text.bar(at(second, 1000L * second), UNKNOWN, 100);
    }
    for (int second = 101; second <= 130; second++) {
      text.bar(at(second, 100_000 + 10L * (second - 100)), UNKNOWN, 100);
    }

    assertTrue(text.bar(at(131, 100_310), UNKNOWN, 100).contains("  10/s  "));
  }

  @Test
  void aStalledRunShowsNoTimeLeft() {
    text.bar(at(0, 10), OptionalDouble.of(100), 100);

    assertFalse(text.bar(at(5, 10), OptionalDouble.of(100), 100).contains("left"));
  }

  @Test
  void theBarNeedsItsRoomBeforeTheLessImportantFigures() {
    text.bar(at(0, 0), OptionalDouble.of(4000), 70);

    assertEquals(
        "[===>          ]  25%  997 texts  0:30 left  100/s  3 failed  25% cached",
        text.bar(at(10, 1000), OptionalDouble.of(4000), 73));
    assertEquals(
        "25%  997 texts  0:30 left  100/s", text.bar(at(10, 1000), OptionalDouble.of(4000), 40));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 10, 20, 40, 60, 79, 80, 81, 100, 200, 1000})
  void neverReachesTheLastColumnOfTheTerminal(int width) {
    text.bar(at(0, 0), OptionalDouble.of(4000), width);
    String bar = text.bar(at(10, 1000), OptionalDouble.of(4000), width);

    assertTrue(bar.length() <= Math.max(1, width - 1), bar);
    assertTrue(width < 10 || bar.contains("25%"), bar);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "55, 16", "99, 29", "100, 30", "250, 30"})
  void theBarIsFullOnlyWhenAllTextsAreDone(long texts, int done) {
    String bar = text.bar(at(1, texts), OptionalDouble.of(100), 200);

    assertEquals(30, bar.indexOf(']') - 1);
    assertEquals(done, bar.chars().filter(c -> c == '=').count());
  }

  @Test
  void aZeroOrUnknownCostIsNotShown() {
    ProgressText free =
        new ProgressText(Optional.of(new Price(BigDecimal.ZERO, Optional.empty(), "ours")));

    assertFalse(free.bar(at(1, 10), UNKNOWN, 200).contains("$"));
    assertFalse(new ProgressText(Optional.empty()).bar(at(1, 10), UNKNOWN, 200).contains("$"));
  }

  @Test
  void aLogGetsOneSentence() {
    text.sentence(at(0, 0), OptionalDouble.of(12_000));

    assertEquals(
        "50%, 5,997 texts, 1:00 left, 100/s, 3 failed, 25% cached, $0.02, 7 calls in flight",
        text.sentence(at(60, 6000), OptionalDouble.of(12_000)));
  }
}
