package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.StopSignal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The first thing that went wrong for the whole run: it stops the run, what follows is noise. */
final class RunFailure {
  private final StopSignal stop;
  private final AtomicReference<EmbedctlException> first = new AtomicReference<>();

  RunFailure(StopSignal stop) {
    this.stop = stop;
  }

  /** Stops the run because of this, unless it stops already. */
  void raise(EmbedctlException cause) {
    if (!stop.isRaised()) {
      first.compareAndSet(null, cause);
    }
    stop.raise();
  }

  /** Stops the run because of what a thread of it did not expect. */
  void raiseThrown(Throwable unexpected) {
    raise(
        switch (unexpected) {
          case EmbedctlException cause -> cause;
          case OutOfMemoryError e ->
              new RunFailed(
                  "out of memory: set EMBEDCTL_HEAP to more than it is (256m where it is not"
                      + " set), or lower "
                      + Parameter.CONCURRENCY,
                  e);
          default ->
              new RunFailed(
                  "internal error: " + unexpected + "; run with -v for the stack trace",
                  unexpected);
        });
  }

  /** What went wrong, if anything did. */
  Optional<EmbedctlException> cause() {
    return Optional.ofNullable(first.get());
  }
}
