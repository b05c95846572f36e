package dev.embedctl.pipeline;

import dev.embedctl.model.Outcome;
import java.time.Duration;

/** A record's place in its chunk: what became of it, or the promise that something will. */
interface Entry {

  /** What became of it; asked for only once the chunk is whole. */
  Outcome outcome();

  /** How long that took. */
  Duration latency();

  /** Known at once: a hit, or a text that will not be sent. */
  record Decided(Outcome outcome, Duration latency) implements Entry {}
}
