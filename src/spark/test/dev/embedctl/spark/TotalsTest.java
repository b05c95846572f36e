package dev.embedctl.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.service.EmbeddingService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class TotalsTest {
  private static final PaceLimits PACE =
      new PaceLimits(
          10,
          OptionalInt.of(100),
          OptionalLong.of(1_000_001),
          Duration.ofSeconds(1),
          Duration.ofMinutes(10));

  private static Totals totals(PaceLimits pace, OptionalLong tokensLeft) {
    ProviderSettings settings =
        EmbeddingService.builder()
            .provider("openai")
            .settings()
            .provider()
            .within(pace, new SpendingLimit(OptionalLong.empty(), Optional.empty()));
    return new Totals(settings, tokensLeft);
  }

  @Test
  void theSharesOfAllTasksAreTheTotals() {
    for (int tasks = 1; tasks <= 10; tasks++) {
      List<ProviderSettings> shares = totals(PACE, OptionalLong.of(77)).shares(tasks);
      assertEquals(tasks, shares.size());
      assertEquals(10, shares.stream().mapToInt(s -> s.pace().concurrency()).sum());
      assertEquals(
          100, shares.stream().mapToInt(s -> s.pace().requestsPerMinute().getAsInt()).sum());
      assertEquals(
          1_000_001, shares.stream().mapToLong(s -> s.pace().tokensPerMinute().getAsLong()).sum());
      assertEquals(77, shares.stream().mapToLong(s -> s.limit().tokens().getAsLong()).sum());
    }
  }

  @Test
  void eachTaskHasACallAndARequestAMinuteAndEnoughTexts() {
    assertEquals(4, totals(PACE, OptionalLong.empty()).tasks(4, 1_000_000));
    assertEquals(10, totals(PACE, OptionalLong.empty()).tasks(64, 1_000_000));
    assertEquals(1, totals(PACE, OptionalLong.empty()).tasks(64, 100));
    PaceLimits slow =
        new PaceLimits(
            10,
            OptionalInt.of(3),
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10));
    assertEquals(3, totals(slow, OptionalLong.empty()).tasks(64, 1_000_000));
  }
}
