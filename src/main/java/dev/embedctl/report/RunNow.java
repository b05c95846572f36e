package dev.embedctl.report;

import java.time.Duration;
import java.util.Objects;
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
 * @param tokens charged so far, if the provider reports them
 */
public record RunNow(
    Duration elapsed,
    long vectors,
    long hits,
    long failed,
    int inFlight,
    Duration heldFor,
    OptionalLong tokens) {
  public RunNow {
    Objects.requireNonNull(elapsed);
    Objects.requireNonNull(heldFor);
    Objects.requireNonNull(tokens);
  }

  /** Texts that wait for nothing more. */
  long done() {
    return vectors + failed;
  }
}
