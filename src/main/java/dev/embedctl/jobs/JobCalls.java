package dev.embedctl.jobs;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Makes calls about jobs, and repeats those that may succeed the next time. */
final class JobCalls {
  private final RetryPolicy retries;
  private final LaneClock clock;
  private final StopSignal stop;
  private final Optional<Instant> end;
  private final RandomGenerator randomness = new SplittableRandom();

  /**
   * Calls of a run.
   *
   * @param end when the run is to end if jobs are pending then
   */
  JobCalls(RetryPolicy retries, LaneClock clock, StopSignal stop, Optional<Instant> end) {
    this.retries = retries;
    this.clock = clock;
    this.stop = stop;
    this.end = end;
  }

  /** A call about a job. */
  @FunctionalInterface
  interface Call<T> {
    T make() throws ProviderException, IOException, InterruptedException;
  }

  /** The run is to stop, or its wait is over, so the call is left to the next run. */
  static final class Stopped extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The result of a call that can be repeated without harm.
   *
   * @throws RunFailed if it does not succeed; the message begins with {@code what}
   */
  <T> T make(String what, Call<T> call) throws IOException, InterruptedException, Stopped {
    for (int attempt = 1; true; attempt++) {
      try {
        return call.make();
      } catch (Transient e) {
        if (!e.asksToWait() && attempt >= retries.maxAttempts()) {
          throw failure(what, e, attempt);
        }
        pauseAfter(attempt, e);
      } catch (ProviderException e) {
        throw failure(what, e, attempt);
      }
    }
  }

  /** Makes a call that the run can do without; returns whether it succeeded. */
  boolean makeIfPossible(Call<Boolean> call) throws IOException, InterruptedException, Stopped {
    try {
      return make("", call);
    } catch (RunFailed e) {
      return false;
    }
  }

  /**
   * Waits as a failed call requires.
   *
   * @throws Stopped if the provider asks for more time than the run has
   */
  void pauseAfter(int attempt, Transient failure) throws InterruptedException, Stopped {
    Duration own = retries.pauseAfter(attempt, randomness);
    Duration time = failure.retryAfter().filter(asked -> asked.compareTo(own) > 0).orElse(own);
    if (failure.asksToWait() && !isBeforeEnd(clock.now().plus(time))) {
      throw new Stopped();
    }
    pause(time);
  }

  private boolean isBeforeEnd(Instant time) {
    return end.isEmpty() || time.isBefore(end.get());
  }

  /**
   * The result of a call that waits and repeats itself, as long as the run has time.
   *
   * @param least the time that the call has in any case
   */
  <T> T makePatiently(Duration least, LaneClock.Waiting<T> call)
      throws ProviderException, InterruptedException, Stopped {
    if (end.isEmpty()) {
      return call.call();
    }
    Duration left = Duration.between(clock.now(), end.get());
    return clock.within(left.compareTo(least) < 0 ? least : left, call).orElseThrow(Stopped::new);
  }

  /** Waits as long as after an attempt that failed. */
  void pause(int attempt) throws InterruptedException, Stopped {
    pause(retries.pauseAfter(attempt, randomness));
  }

  /** Waits for this time, or until the run is to stop. */
  void pause(Duration time) throws InterruptedException, Stopped {
    clock.pause(time);
    endIfStopped();
  }

  /**
   * Lets long work between calls end early.
   *
   * @throws Stopped if the run is to stop
   */
  void endIfStopped() throws Stopped {
    if (stop.isRaised()) {
      throw new Stopped();
    }
  }

  int attempts() {
    return retries.maxAttempts();
  }

  static RunFailed failure(String what, ProviderException e, int attempts) {
    return new RunFailed(
        what
            + ": "
            + e.getMessage()
            + (attempts == 1 ? "" : " (after " + attempts + " attempts)")
            + "; the jobs are kept, and the same command continues with them",
        e);
  }
}
