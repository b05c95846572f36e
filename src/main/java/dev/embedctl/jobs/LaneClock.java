package dev.embedctl.jobs;

import dev.embedctl.model.StopSignal;
import java.time.Duration;
import java.time.Instant;

/** The time of a lane, and its pauses. */
public interface LaneClock {

  Instant now();

  /** Waits for this time, or until the run is to stop. */
  void pause(Duration time) throws InterruptedException;

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
    };
  }
}
