package dev.embedctl.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * The chunks between reader and writer, in order: the reader adds at the tail, the writer takes
 * complete chunks from the head. It has room until there are enough waiting texts for all permits,
 * a full request in flight and another one ready, or until the memory is used up. This bounds the
 * memory of a run.
 */
final class ChunkWindow {
  private final int enoughMisses;
  private final long memory;
  private final IntSupplier misses;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Chunk> chunks = new ArrayDeque<>();
  private long weight;
  private boolean closed;
  private boolean stopped;

  /**
   * A window.
   *
   * @param enoughMisses the number of texts waiting or in flight at which reading pauses
   * @param memory the greatest size of all chunks in bytes
   * @param misses returns the number of texts that wait or are in flight
   */
  ChunkWindow(int enoughMisses, long memory, IntSupplier misses) {
    this.enoughMisses = enoughMisses;
    this.memory = memory;
    this.misses = misses;
  }

  /** Waits until another chunk may be read; returns false if the run has ended. */
  boolean awaitRoom() throws InterruptedException {
    lock.lock();
    try {
      while (!stopped && !hasRoom()) {
        changed.await();
      }
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a chunk at the tail. */
  void add(Chunk chunk) {
    lock.lock();
    try {
      chunks.add(chunk);
      weight += chunk.weight();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The chunk at the head, once it is complete; empty at the end of the input or of the run. */
  Optional<Chunk> takeWhole() throws InterruptedException {
    lock.lock();
    try {
      while (!stopped && !(chunks.isEmpty() ? closed : headIsWhole())) {
        changed.await();
      }
      return stopped || chunks.isEmpty() ? Optional.empty() : Optional.of(takeHead());
    } finally {
      lock.unlock();
    }
  }

  /** The chunk at the head, if it is complete now. */
  Optional<Chunk> pollWhole() {
    lock.lock();
    try {
      return stopped || chunks.isEmpty() || !chunks.peek().isWhole()
          ? Optional.empty()
          : Optional.of(takeHead());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Some texts got their vectors. Wakes the reader and the writer only if there is work for them,
   * since most calls complete no chunk and each wake-up costs a change of threads.
   */
  void wakeIfReady() {
    lock.lock();
    try {
      if (hasRoom() || headIsWhole()) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom() {
    return chunks.isEmpty() || (weight < memory && misses.getAsInt() < enoughMisses);
  }

  private boolean headIsWhole() {
    return !chunks.isEmpty() && chunks.peek().isWhole();
  }

  /** The input has ended. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the run ended before everything was written. */
  boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** The run has ended. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Chunk takeHead() {
    Chunk chunk = chunks.remove();
    weight -= chunk.weight();
    changed.signalAll();
    return chunk;
  }
}
