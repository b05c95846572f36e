package dev.embedctl.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ProviderException.Refused;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LaneClockTest {
  private final LaneClock clock = LaneClock.system(new StopSignal());

  @Test
  void aCallThatTakesTooLongIsInterrupted() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    assertEquals(
        Optional.empty(),
        clock.within(
            Duration.ofMillis(1),
            () -> {
              try {
                never.await();
                return 1;
              } finally {
                interrupted.countDown();
              }
            }));
    interrupted.await();
  }

  @Test
  void aCallInTimeHasItsResultOrItsFailure() throws Exception {
    assertEquals(Optional.of(1), clock.within(Duration.ofMinutes(1), () -> 1));
    Refused refusal = new Refused("no");
    assertSame(
        refusal,
        assertThrows(
            Refused.class,
            () ->
                clock.within(
                    Duration.ofMinutes(1),
                    () -> {
                      throw refusal;
                    })));
  }
}
