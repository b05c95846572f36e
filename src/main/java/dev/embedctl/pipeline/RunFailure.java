package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.StopSignal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The first failure of the whole run. It stops the run; later failures are ignored. */
final class RunFailure {
  private final StopSignal stop;
  private final AtomicReference<EmbedctlException> first = new AtomicReference<>();

  RunFailure(StopSignal stop) {
    this.stop = stop;
  }

  /** Stops the run with this failure, unless it is stopping already. */
  void raise(EmbedctlException cause) {
    if (!stop.isRaised()) {
      first.compareAndSet(null, cause);
    }
    stop.raise();
  }

  /** Stops the run because of an unexpected exception of one of its threads. */
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

  /** The failure, if there is one. */
  Optional<EmbedctlException> cause() {
    return Optional.ofNullable(first.get());
  }
}
