package dev.embedctl.provider.remote.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.testing.SetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token that is got when first needed and renewed before it ends. */
@Timeout(60)
final class RenewedTest {
  private static final Duration LIFE = Duration.ofHours(1);

  private final SetClock clock = new SetClock();
  private int issued;

  private Expiring<String> next() {
    issued++;
    return new Expiring<>("token " + issued, Optional.of(clock.instant().plus(LIFE)));
  }

  @Test
  void aRunOfHoursRenewsItOncePerLifetimeAndNeverUsesOneThatHasEnded() throws Exception {
    Renewed<String> token = new Renewed<>(this::next, clock);
    Instant end = clock.instant().plus(LIFE);
    String current = token.now();

    for (int minute = 0; minute < 20 * 60; minute++) {
      clock.pass(Duration.ofMinutes(1));
      String now = token.now();
      if (!now.equals(current)) {
        current = now;
        end = clock.instant().plus(LIFE);
      }
      assertTrue(clock.instant().isBefore(end), "valid after " + minute + " minutes");
    }

    assertEquals(22, issued, "one for each 55 minutes of 20 hours");
  }

  @Test
  void isGotOnceForAllThreads() throws Exception {
    CountDownLatch all = new CountDownLatch(20);
    Renewed<String> token =
        new Renewed<>(
            () -> {
              all.await();
              return next();
            },
            clock);
    Set<String> got = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(
            threads.submit(
                () -> {
                  all.countDown();
                  return got.add(token.now());
                }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }

    assertEquals(Set.of("token 1"), got);
  }

  @Test
  void anIssuerThatFailsLeavesTheOldOneInUseToItsEnd() throws Exception {
    List<ProviderException> failures = new ArrayList<>();
    Renewed<String> token =
        new Renewed<>(
            () -> {
              if (!failures.isEmpty()) {
                throw failures.getFirst();
              }
              return next();
            },
            clock);
    assertEquals("token 1", token.now());
    failures.add(new Hopeless(Reason.KEY, "the issuer is down"));

    clock.pass(LIFE.minusSeconds(60));
    assertEquals("token 1", token.now());

    clock.pass(Duration.ofSeconds(60));
    assertSame(failures.getFirst(), assertThrows(Hopeless.class, token::now));

    failures.clear();
    assertEquals("token 2", token.now());
  }

  @Test
  void anIssuerThatGivesOneWithLittleTimeLeftIsNotAskedForEachCall() throws Exception {
    Renewed<String> token =
        new Renewed<>(
            () -> {
              issued++;
              return new Expiring<>(
                  "token", Optional.of(Instant.parse("2026-01-02T03:06:05Z"))); // two minutes
            },
            clock);

    for (int second = 0; second < 60; second++) {
      token.now();
      clock.pass(Duration.ofSeconds(1));
    }

    assertEquals(2, issued);
  }

  @Test
  void oneThatTheServerRejectedIsReplacedOnceAndNotForever() throws Exception {
    Renewed<String> token = new Renewed<>(() -> new Expiring<>("same", Optional.empty()), clock);

    assertEquals("same", token.now());
    assertTrue(token.drop("same"), "the next one may be another");
    assertTrue(token.drop("same"), "another call used it too");
    assertEquals("same", token.now());
    assertFalse(token.drop("same"), "it was got again");
  }

  @Test
  void oneThatWasReplacedMeanwhileIsNotDropped() throws Exception {
    Renewed<String> token = new Renewed<>(this::next, clock);
    token.now();
    token.drop("token 1");
    assertEquals("token 2", token.now());

    assertTrue(token.drop("token 1"));

    assertEquals("token 2", token.now());
    assertEquals(2, issued);
  }
}
