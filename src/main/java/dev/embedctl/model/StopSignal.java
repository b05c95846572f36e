package dev.embedctl.model;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells every part of a run that nothing new is to be sent. Once raised it stays so. */
public final class StopSignal {
  private final CountDownLatch raised = new CountDownLatch(1);

  /** Raises it; again is the same as once. */
  public void raise() {
    raised.countDown();
  }

  /** Whether it was raised. */
  public boolean isRaised() {
    return raised.getCount() == 0;
  }

  /** Waits as long as told, or until it is raised; returns whether it was. */
  public boolean awaitFor(Duration longest) throws InterruptedException {
    return raised.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }
}
