package dev.embedctl.jobs;

import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The time of a lane, and its pauses. */
public interface LaneClock {

  Instant now();

  /** Waits for this time, or until the run is to stop. */
  void pause(Duration time) throws InterruptedException;

  /** A call that waits by itself, for example for its turn. */
  @FunctionalInterface
  interface Waiting<T> {
    T call() throws ProviderException, InterruptedException;
  }

  /** The result of a call; empty if it takes longer than this, whereupon it is interrupted. */
  <T> Optional<T> within(Duration longest, Waiting<T> call)
      throws ProviderException, InterruptedException;

  /** The system's time; a stop signal ends a pause. */
  static LaneClock system(StopSignal stop) {
    return new LaneClock() {
      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void pause(Duration time) throws InterruptedException {
        boolean unused = stop.awaitFor(time);
      }

      @Override
      public <T> Optional<T> within(Duration longest, Waiting<T> call)
          throws ProviderException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(call::call);
        Thread.ofVirtual().name("comparison").start(task);
        try {
          return Optional.of(task.get(longest.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
          return Optional.empty();
        } catch (ExecutionException e) {
          throw thrown(e.getCause());
        } finally {
          task.cancel(true);
        }
      }

      private static ProviderException thrown(Throwable cause) throws InterruptedException {
        return switch (cause) {
          case ProviderException e -> e;
          case InterruptedException e -> throw e;
          case RuntimeException e -> throw e;
          case Error e -> throw e;
          default -> throw new IllegalStateException("a call throws nothing else", cause);
        };
      }
    };
  }
}
