package dev.embedctl.jobs;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Makes calls about jobs, and repeats those that may succeed the next time. */
final class JobCalls {
  private final RetryPolicy retries;
  private final LaneClock clock;
  private final StopSignal stop;
  private final RandomGenerator randomness = new SplittableRandom();

  JobCalls(RetryPolicy retries, LaneClock clock, StopSignal stop) {
    this.retries = retries;
    this.clock = clock;
    this.stop = stop;
  }

  /** A call about a job. */
  @FunctionalInterface
  interface Call<T> {
    T make() throws ProviderException, IOException, InterruptedException;
  }

  /** The run is to stop, so the call is left to the next run. */
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

  /** Waits as a failed call requires. */
  void pauseAfter(int attempt, Transient failure) throws InterruptedException, Stopped {
    Duration own = retries.pauseAfter(attempt, randomness);
    pause(failure.retryAfter().filter(asked -> asked.compareTo(own) > 0).orElse(own));
  }

  /** Waits as long as after an attempt that failed. */
  void pause(int attempt) throws InterruptedException, Stopped {
    pause(retries.pauseAfter(attempt, randomness));
  }

  private void pause(Duration time) throws InterruptedException, Stopped {
    clock.pause(time);
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
