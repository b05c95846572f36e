package dev.embedctl.cli.console;

import java.util.Arrays;
import java.util.Objects;

/** The threads of this process. */
public final class Threads {
  private static final int STARTED_MEANWHILE = 16;

  private Threads() {}

  /** Whether a thread other than this one keeps the process running after {@code main}. */
  public static boolean keepProcess() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    Thread[] threads = new Thread[group.activeCount() + STARTED_MEANWHILE];
    int count = group.enumerate(threads);
    return count == threads.length
        || Arrays.stream(threads)
            .filter(Objects::nonNull)
            .anyMatch(thread -> !thread.isDaemon() && !thread.equals(Thread.currentThread()));
  }
}
