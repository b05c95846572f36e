package dev.embedctl.cache;

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/** The slots of a log whose rows are damaged or missing, each counted once. */
final class DamagedRows {
  private final ReentrantLock guard = new ReentrantLock();
  private final BitSet slots = new BitSet();

  void add(int slot) {
    add(slot, slot + 1);
  }

  /** Adds a range of slots, without its end. */
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
