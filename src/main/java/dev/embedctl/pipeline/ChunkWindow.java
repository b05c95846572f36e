package dev.embedctl.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * The chunks between reader and writer, in order: the reader adds at the tail, the writer takes
 * whole chunks off the head. It has room while fewer texts wait or are in flight than keep every
 * permit busy with a full request and the next one ready, and while memory holds: that is what
 * bounds a run.
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
   * @param enoughMisses texts waiting or in flight that make more reading pointless
   * @param memory bytes of chunks
   * @param misses how many texts wait or are in flight now
   */
  ChunkWindow(int enoughMisses, long memory, IntSupplier misses) {
    this.enoughMisses = enoughMisses;
    this.memory = memory;
    this.misses = misses;
  }

  /** Waits until another chunk may be read; false when none is wanted any more. */
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

  /** The chunk at the head, once it is whole; empty at the end of the input, or when stopped. */
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

  /** The chunk at the head, if it is whole now. */
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
   * Promises were kept. Reader and writer are woken only where there is something for them: most
   * calls make no chunk whole, and each would cost the two a change of threads.
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

  /** Whether the run has ended before all was written. */
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
