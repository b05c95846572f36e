package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The first thing that went wrong for the whole run: it stops the run, what follows is noise. */
final class Fault {
  private final StopSignal stop;
  private final AtomicReference<EmbedctlException> first = new AtomicReference<>();

  Fault(StopSignal stop) {
    this.stop = stop;
  }

  /** Stops the run because of this, unless it stops already. */
  void raise(EmbedctlException cause) {
    if (!stop.isRaised()) {
      first.compareAndSet(null, cause);
    }
    stop.raise();
  }

  /** Stops the run because of a defect of ours. */
  void raiseDefect(RuntimeException defect) {
    raise(
        defect instanceof EmbedctlException cause
            ? cause
            : new RunFailed("embedctl has a defect: " + defect + "; -v shows where", defect));
  }

  /** What went wrong, if anything did. */
  Optional<EmbedctlException> cause() {
    return Optional.ofNullable(first.get());
  }
}
