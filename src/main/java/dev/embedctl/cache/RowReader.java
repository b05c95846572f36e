package dev.embedctl.cache;

import java.io.IOException;

/**
 * Reads rows by slot. It reads ahead if they are requested in order, as a run over the same input
 * does; then one read returns a hundred rows or more. It uses a channel instead of a mapping: the
 * pages of a mapping would count as memory of this process (1.8 GB for a million vectors of 384
 * floats), and the first mapping takes the JVM 24 ms. Runs on the log's own thread.
 */
final class RowReader {
  /** The size of the buffer, which fits into a processor's cache. */
  private static final int BLOCK_BYTES = 256 << 10;

  /** Gaps up to this number of rows are read too. */
  private static final int NEAR = 8;

  /** Returns the segment of a slot. */
  @FunctionalInterface
  interface Segments {
    Segment of(int slot);
  }

  private final RowLayout layout;
  private final Segments segments;
  private final RowBuffer block;
  private int from;
  private int to;

  RowReader(RowLayout layout, Segments segments) {
    this.layout = layout;
    this.segments = segments;
    this.block = RowBuffer.allocate(layout, Math.max(1, BLOCK_BYTES / layout.rowBytes()));
  }

  /** The index of a slot in {@link #rows}, valid until the next call. */
  int at(int slot) throws IOException {
    if (slot < from || slot >= to) {
      read(slot);
    }
    return slot - from;
  }

  /** Drops the rows that were read ahead. */
  void forget() {
    to = from;
  }

  RowBuffer rows() {
    return block;
  }

  private void read(int slot) throws IOException {
    Segment segment = segments.of(slot);
    int row = layout.rowOf(slot);
    boolean goesOn = slot >= to && slot - to < NEAR;
    int count = goesOn ? Math.min(block.capacity(), segment.written() - row) : 1;
    to = from; // the block is empty if reading fails
    segment.read(block, count, row);
    from = slot;
    to = slot + count;
  }
}
