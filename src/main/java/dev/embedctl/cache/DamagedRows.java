package dev.embedctl.cache;

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/** The slots of a log whose rows turned out to be damaged or gone, each counted once. */
final class DamagedRows {
  private final ReentrantLock guard = new ReentrantLock();
  private final BitSet slots = new BitSet();

  void add(int slot) {
    add(slot, slot + 1);
  }

  /** Adds the slots from one to before another. */
  void add(int from, int to) {
    guard.lock();
    try {
      slots.set(from, to);
    } finally {
      guard.unlock();
    }
  }

  int count() {
    return copy().cardinality();
  }

  BitSet copy() {
    guard.lock();
    try {
      return (BitSet) slots.clone();
    } finally {
      guard.unlock();
    }
  }
}
