package dev.embedctl.cli.console;

import dev.embedctl.model.StopSignal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Turns SIGINT, SIGTERM and SIGHUP into a stop of the run; a second one ends the process at once.
 *
 * <p>Not a shutdown hook: those run while others free native memory that a call may still use.
 */
public final class Signals {
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;

  private final StopSignal stop = new StopSignal();
  private final IntConsumer halt;
  private final Watchdog watchdog;
  private final AtomicBoolean watched = new AtomicBoolean();
  private final AtomicBoolean came = new AtomicBoolean();
  private volatile Runnable beforeHalt = () -> {};
  private volatile OptionalInt exitCode = OptionalInt.empty();

  public Signals(IntConsumer halt) {
    this.halt = halt;
    this.watchdog = new Watchdog(halt);
  }

  /**
   * From now on, a signal raises {@link #stop}; where the run has not ended in time after it, the
   * process is ended.
   *
   * @param grace for calls in flight
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
      handle(name, () -> heard(code));
    }
  }

  /** From now on, the first signal ends the process at once: nothing is in flight, or half done. */
  public void endAtOnce() {
    stop.whenRaised(() -> halt.accept(exitCode.orElseThrow()));
    listen();
  }

  /**
   * What is written and said where the run does not end by itself; gets the exit code. It has a
   * second.
   */
  public void beforeForcedEnd(IntConsumer words) {
    watchdog.lastWords(words);
  }

  /**
   * A thread of the run died of an {@link Error}: the run ends as at a signal, with exit code 1.
   */
  public void fatal() {
    if (!watched.get()) {
      halt.accept(ExitCode.RUN_FAILED.number());
    } else if (came.compareAndSet(false, true)) {
      begin(ExitCode.RUN_FAILED.number());
    }
  }

  private void begin(int code) {
    watchdog.bark(code); // first: what follows may hang
    exitCode = OptionalInt.of(code);
    stop.raise();
  }

  /** From now on, the action runs each time when the terminal has another size. */
  public static void whenResized(Runnable action) {
    handle("WINCH", action);
  }

  /** What is still to be done, quickly, before a second signal ends the process. */
  public void beforeHalt(Runnable last) {
    beforeHalt = last;
  }

  /**
   * The JDK has no other way to hear a signal and go on than {@code sun.misc.Signal}, of its
   * supported module {@code jdk.unsupported}; by reflection, since the compiler's warning about it
   * cannot be silenced.
   */
  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object heard =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), heard);
    } catch (InvocationTargetException e) {
      return; // a signal that this platform does not have, or that the JVM was told to leave
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no sun.misc.Signal", e);
    }
  }

  /** A signal came. */
  void heard(int code) {
    // Each comes on a thread of its own, and only one of them is the first.
    if (came.compareAndSet(false, true)) {
      begin(code);
    } else {
      beforeHalt.run();
      halt.accept(code);
    }
  }

  /** Raised when a signal came, or by whoever else ends the run. */
  public StopSignal stop() {
    return stop;
  }

  /** The exit code that the first signal asks for, where one came. */
  public OptionalInt exitCode() {
    return exitCode;
  }
}
