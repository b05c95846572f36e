package dev.embedctl.provider.remote;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for all replies that are being read. When it is full, long replies are refused, and
 * short ones still fit.
 */
final class ReplyMemory {
  private static final int SHORT = 1 << 20;

  private final long total;
  private final AtomicLong taken = new AtomicLong();

  ReplyMemory(long total) {
    this.total = total;
  }

  /** Half of the process's memory. */
  static ReplyMemory ofThisProcess() {
    return new ReplyMemory(Runtime.getRuntime().maxMemory() / 2);
  }

  /** The limit for a single reply. */
  long mostOfOne() {
    return total / 2;
  }

  /** Reserves memory for a reply of this size so far; returns whether there is enough. */
  boolean take(long bytes, long already) {
    if (taken.addAndGet(bytes) <= total || already < SHORT) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Whether there is memory for a reply of this size now. */
  boolean hasRoomFor(long bytes) {
    return taken.get() + bytes <= total;
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
