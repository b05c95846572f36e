package dev.embedctl.cli.console;

import sun.misc.Signal;

/**
 * A signal, by {@code sun.misc.Signal} of the supported module {@code jdk.unsupported}, since the
 * JDK has no other way to continue after one. The compiler warns of it, and nothing suppresses
 * that.
 */
final class JdkSignal {
  private JdkSignal() {}

  /**
   * From now on, the action runs at each signal of a name, such as INT; without effect if the
   * platform lacks the signal, or the JVM runs with an option that reserves it.
   */
  static void handle(String name, Runnable action) {
    try {
      Signal.handle(new Signal(name), signal -> action.run());
    } catch (IllegalArgumentException e) {
      return; // the JVM ends the process then
    }
  }
}
