package dev.embedctl.pipeline;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import java.time.Duration;
import java.util.Objects;

/**
 * A record and what became of it.
 *
 * @param latency how long its vector took to get: the look-up of a hit, the request (with its
 *     retries) of a miss
 */
public record Result(InputRecord record, Outcome outcome, Duration latency) {
  public Result {
    Objects.requireNonNull(record);
    Objects.requireNonNull(outcome);
    Objects.requireNonNull(latency);
  }
}
