package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Counts failed texts of a run against its limit, as soon as they have failed. */
final class ErrorTally {
  private final Optional<ErrorLimit> limit;
  private final RunFailure fault;
  private final ReentrantLock lock = new ReentrantLock();
  private long judged;
  private long failed;

  ErrorTally(Optional<ErrorLimit> limit, RunFailure fault) {
    this.limit = limit;
    this.fault = fault;
  }

  /** Texts got their vectors. */
  void succeeded(int texts) {
    lock.lock();
    try {
      judged += texts;
    } finally {
      lock.unlock();
    }
  }

  /** Texts failed, all for one reason; where they are too many, the run ends. */
  void failed(int texts, String reason) {
    Optional<RunFailed> tooMany;
    lock.lock();
    try {
      judged += texts;
      failed += texts;
      tooMany =
          limit.filter(most -> most.isExceeded(failed, judged)).map(most -> tooMany(most, reason));
    } finally {
      lock.unlock();
    }
    tooMany.ifPresent(fault::raise);
  }

  private RunFailed tooMany(ErrorLimit most, String reason) {
    return new RunFailed(
        "%d of the first %d texts failed, more than %s %s, the last because %s"
            .formatted(failed, judged, Parameter.MAX_ERRORS, most, reason));
  }
}
