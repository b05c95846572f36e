package dev.embedctl.report;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A run at one moment.
 *
 * @param elapsed since it began
 * @param texts written, the failed ones too
 * @param inFlight calls
 * @param heldFor how long the provider still asks to wait
 * @param tokens what was paid for so far, where the provider says so
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
