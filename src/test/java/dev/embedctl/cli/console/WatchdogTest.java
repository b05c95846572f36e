package dev.embedctl.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** A run that hangs is ended all the same. */
final class WatchdogTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final LinkedBlockingQueue<Integer> halted = new LinkedBlockingQueue<>();
  private final Watchdog dog = new Watchdog(halted::add);

  @Test
  void theLastWordsAreSaidAndThenTheProcessEndsWithTheFirstCode() throws Exception {
    CompletableFuture<Integer> said = new CompletableFuture<>();
    dog.beforeEnd(said::complete);
    dog.start(143);
    dog.start(1);
    dog.watch(Duration.ZERO, LONG);
    assertEquals(143, halted.take());
    assertEquals(143, said.getNow(0));
  }

  @Test
  void aLastActionThatHangsIsNotWaitedFor() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    dog.beforeEnd(
        code -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    dog.watch(Duration.ZERO, Duration.ofMillis(1));
    dog.start(130);
    assertEquals(130, halted.take());
    never.countDown();
  }

  @Test
  void aLastActionThatFailsDoesNotKeepTheProcess() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    dog.beforeEnd(
        code -> {
          Thread.currentThread().setUncaughtExceptionHandler((any, e) -> thrown.complete(e));
          throw new OutOfMemoryError("made by a test");
        });
    dog.watch(Duration.ZERO, LONG);
    dog.start(1);
    assertEquals(1, halted.take());
    assertEquals("made by a test", thrown.get().getMessage());
  }

  @Test
  void theFirstSignalBeginsTheTimeBeforeAnybodyElseHearsOfIt() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Signals signals = new Signals(halted::add);
    signals
        .stop()
        .whenRaised(
            () -> {
              try {
                never.await(); // as a listener does that hangs
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    signals.watch(Duration.ZERO);
    Thread signal = Thread.ofPlatform().daemon().start(() -> signals.received(143));
    assertEquals(143, halted.take());
    assertFalse(signal.getState() == Thread.State.TERMINATED);
    never.countDown();
  }

  @Test
  void aThreadThatDiedOfAnErrorEndsTheRunWithCodeOne() throws Exception {
    Signals signals = new Signals(halted::add);
    signals.watch(Duration.ZERO);
    signals.fatal();
    assertEquals(1, signals.exitCode().orElseThrow());
    assertEquals(1, halted.take());
  }

  @Test
  void withoutARunAnErrorEndsTheProcessAtOnce() {
    new Signals(halted::add).fatal();
    assertEquals(1, halted.remove());
  }
}
