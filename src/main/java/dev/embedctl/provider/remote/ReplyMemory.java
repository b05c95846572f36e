package dev.embedctl.provider.remote;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that replies may fill together while they are read. When it is full the long ones are
 * refused, which have made it so, and short ones still find a place.
 */
final class ReplyMemory {
  private static final int SHORT = 1 << 20;

  private final long total;
  private final AtomicLong taken = new AtomicLong();

  ReplyMemory(long total) {
    this.total = total;
  }

  /** Half of what the process may have. */
  static ReplyMemory ofThisProcess() {
    return new ReplyMemory(Runtime.getRuntime().maxMemory() / 2);
  }

  /** A reply never fills more than that by itself. */
  long mostOfOne() {
    return total / 2;
  }

  /** Takes room for a reply that has so much already; whether there is any. */
  boolean take(long bytes, long already) {
    if (taken.addAndGet(bytes) <= total || already < SHORT) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
