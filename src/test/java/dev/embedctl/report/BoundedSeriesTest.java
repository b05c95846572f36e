package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BoundedSeriesTest {
  private enum Kind {
    ONE,
    OTHER
  }

  private final BoundedSeries<Kind> series = new BoundedSeries<>(Kind.class, 10);

  private List<Long> amounts() {
    return series.amounts().get(Kind.ONE);
  }

  private static long sum(List<Long> amounts) {
    return amounts.stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void spreadsAnAmountOverItsIntervals() {
    series.spread(Kind.ONE, 100, 5, 30);

    assertEquals(List.of(20L, 40L, 40L), amounts());
    assertEquals(List.of(0L, 0L, 0L), series.amounts().get(Kind.OTHER));
  }

  @Test
  void anAmountWithoutDurationFallsIntoOneInterval() {
    series.spread(Kind.ONE, 7, 0, 0);
    series.spread(Kind.ONE, 8, 10, 10);
    series.spread(Kind.ONE, 1, 19, 20);

    assertEquals(List.of(7L, 9L), amounts());
  }

  @Test
  void roundingLosesNothing() {
    series.spread(Kind.ONE, 10, 3, 67);

    assertEquals(7, amounts().size());
    assertEquals(10, sum(amounts()));
  }

  @Test
  void mergesNeighboursWhenAllIntervalsAreUsed() {
    for (int i = 0; i < 240; i++) {
      series.spread(Kind.ONE, i, 10L * i, 10L * i + 10);
    }
    assertEquals(10, series.width());
    assertEquals(240, amounts().size());

    series.spread(Kind.ONE, 5, 2400, 2410);

    assertEquals(20, series.width());
    assertEquals(121, amounts().size());
    assertEquals(List.of(1L, 5L, 9L), amounts().subList(0, 3));
    assertEquals(5L, amounts().get(120));
  }

  @Test
  void sizeIsBoundedAndTheSumExactForAnyLength() {
    Random random = new Random(1);
    long position = 0;
    long total = 0;
    for (int i = 0; i < 10_000; i++) {
      long amount = random.nextLong(1000);
      long next = position + random.nextLong(1, 1L << (1 + i / 250));
      series.spread(Kind.ONE, amount, position, next);
      position = next;
      total += amount;
    }

    assertEquals(total, sum(amounts()));
    assertTrue(amounts().size() <= 240 && amounts().size() > 120, "intervals: " + amounts().size());
    assertTrue(series.width() * amounts().size() >= position);
    assertTrue(amounts().stream().allMatch(amount -> amount >= 0));
  }
}
