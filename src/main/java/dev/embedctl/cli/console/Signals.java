package dev.embedctl.cli.console;

import dev.embedctl.model.StopSignal;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Stops the run at SIGINT, SIGTERM and SIGHUP; a second signal ends the process at once.
 *
 * <p>It is not a shutdown hook, since other hooks free native memory that a call may still use.
 */
public final class Signals {
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;

  private final StopSignal stop = new StopSignal();
  private final IntConsumer halt;
  private final Watchdog watchdog;
  private final AtomicBoolean watched = new AtomicBoolean();
  private final AtomicBoolean received = new AtomicBoolean();
  private volatile Runnable beforeHalt = () -> {};
  private volatile OptionalInt exitCode = OptionalInt.empty();

  public Signals(IntConsumer halt) {
    this.halt = halt;
    this.watchdog = new Watchdog(halt);
  }

  /**
   * From now on, a signal raises {@link #stop}; if the run does not end in time after it, the
   * process is ended.
   *
   * @param grace the time for calls in flight
   */
  public void endWithin(Duration grace) {
    watch(grace);
    listen();
  }

  void watch(Duration grace) {
    watched.set(true);
    watchdog.watch(grace);
  }

  private void listen() {
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      int code = name.equals("INT") ? INTERRUPTED : TERMINATED;
      JdkSignal.handle(name, () -> received(code));
    }
  }

  /** From now on, the first signal ends the process at once, since there is nothing to finish. */
  public void endAtOnce() {
    stop.whenRaised(() -> halt.accept(exitCode.orElseThrow()));
    listen();
  }

  /**
   * Sets the action before a run is ended that does not end by itself. It receives the exit code
   * and has one second.
   */
  public void beforeForcedEnd(IntConsumer action) {
    watchdog.beforeEnd(action);
  }

  /**
   * Ends the run as at a signal, but with exit code 1, after an {@link Error} in one of its
   * threads.
   */
  public void fatal() {
    if (!watched.get()) {
      halt.accept(ExitCode.RUN_FAILED.number());
    } else if (received.compareAndSet(false, true)) {
      stopWith(ExitCode.RUN_FAILED.number());
    }
  }

  private void stopWith(int code) {
    watchdog.start(code); // first, since the rest may hang
    exitCode = OptionalInt.of(code);
    stop.raise();
  }

  /** From now on, the action runs each time the size of the terminal changes. */
  public static void whenResized(Runnable action) {
    JdkSignal.handle("WINCH", action);
  }

  /** Sets a short action before a second signal ends the process. */
  public void beforeHalt(Runnable last) {
    beforeHalt = last;
  }

  /** Handles a signal. */
  void received(int code) {
    // Each signal has its own thread, so only one of them can be the first.
    if (received.compareAndSet(false, true)) {
      stopWith(code);
    } else {
      beforeHalt.run();
      halt.accept(code);
    }
  }

  /** The stop signal, raised by a signal or another cause that ends the run. */
  public StopSignal stop() {
    return stop;
  }

  /** The exit code for the first signal, if one was received. */
  public OptionalInt exitCode() {
    return exitCode;
  }
}
