package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Parameter;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Counts failed records of a run against its limit, as soon as they have failed. */
final class ErrorTally {
  private final Optional<ErrorLimit> limit;
  private final RunFailure fault;
  private final ReentrantLock lock = new ReentrantLock();
  private long judged;
  private long failed;
  private String lastReason = "";

  ErrorTally(Optional<ErrorLimit> limit, RunFailure fault) {
    this.limit = limit;
    this.fault = fault;
  }

  /** Counts a record that has its outcome. Ends nothing, so it may be called under any lock. */
  void count(Outcome outcome) {
    lock.lock();
    try {
      judged++;
      if (outcome instanceof Outcome.Failed of) {
        failed++;
        lastReason = of.failure().message();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Counts records whose vectors were found. */
  void countFound(int records) {
    lock.lock();
    try {
      judged += records;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the run if too many records have failed. Called under no lock, since it wakes others. */
  void endIfTooMany() {
    tooMany().ifPresent(fault::raise);
  }

  private Optional<RunFailed> tooMany() {
    lock.lock();
    try {
      return limit
          .filter(most -> most.isExceeded(failed, judged))
          .map(
              most ->
                  new RunFailed(
                      "%d of the first %d texts failed, more than %s %s, the last because %s"
                          .formatted(failed, judged, Parameter.MAX_ERRORS, most, lastReason)));
    } finally {
      lock.unlock();
    }
  }
}
