package dev.embedctl.model;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Signals to every part of a run that nothing new may be sent. It cannot be lowered again. */
public final class StopSignal {
  private final CompletableFuture<Void> raised = new CompletableFuture<>();

  /** Raises the signal; further calls have no effect. Waiting actions run in this thread. */
  public void raise() {
    raised.complete(null);
  }

  /** Whether it was raised. */
  public boolean isRaised() {
    return raised.isDone();
  }

  /** Waits until the signal is raised, at most for this time; returns whether it was raised. */
  public boolean awaitFor(Duration longest) throws InterruptedException {
    try {
      raised.get(longest.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a stop signal cannot fail", e);
    }
  }

  /** Runs the action when the signal is raised, or at once if it is raised already. */
  public void whenRaised(Runnable action) {
    var unused = raised.thenRun(action);
  }
}
