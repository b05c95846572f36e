package dev.embedctl.report;

import dev.embedctl.jobs.LaneFigures;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of a run at one moment.
 *
 * @param elapsed time since the run began
 * @param vectors texts that have their vector, written or not
 * @param hits of those, the ones that were in the cache
 * @param failed texts
 * @param inFlight calls in flight
 * @param heldFor how long the provider still requires to wait
 * @param tokens charged for calls so far, if the provider reports them
 * @param lane the jobs, in a run that has some
 */
public record RunNow(
    Duration elapsed,
    long vectors,
    long hits,
    long failed,
    int inFlight,
    Duration heldFor,
    OptionalLong tokens,
    Optional<LaneFigures> lane) {
  public RunNow {
    Objects.requireNonNull(elapsed);
    Objects.requireNonNull(heldFor);
    Objects.requireNonNull(tokens);
    Objects.requireNonNull(lane);
  }

  /** Texts that wait for nothing more. */
  long done() {
    return vectors + failed;
  }
}
