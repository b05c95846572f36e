package dev.embedctl.report;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The state of a run at one moment.
 *
 * @param elapsed time since the run began
 * @param texts written texts and failed texts
 * @param inFlight calls in flight
 * @param heldFor how long the provider still requires to wait
 * @param tokens charged so far, if the provider reports them
 */
public record RunNow(
    Duration elapsed,
    long texts,
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
}
