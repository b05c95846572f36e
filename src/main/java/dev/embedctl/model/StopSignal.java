package dev.embedctl.model;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tells every part of a run that nothing new is to be sent. Once raised it stays so. */
public final class StopSignal {
  private final CompletableFuture<Void> raised = new CompletableFuture<>();

  /** Raises it; again is the same as once. What waits for it runs in this thread. */
  public void raise() {
    raised.complete(null);
  }

  /** Whether it was raised. */
  public boolean isRaised() {
    return raised.isDone();
  }

  /** Waits as long as told, or until it is raised; returns whether it was. */
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

  /** Runs the action when it is raised, or now where it was already. */
  public void whenRaised(Runnable action) {
    var unused = raised.thenRun(action);
  }
}
