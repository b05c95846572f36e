package dev.embedctl.cache;

import java.io.IOException;

/**
 * Reads rows by slot, and ahead where they are asked for in their order, as a run over the same
 * input does: then a read gives a hundred and more. Through the channel and not a mapping, whose
 * touched pages would count as this process's memory, 1.8 GB of them for a million vectors of 384
 * floats, and which takes the JVM 24 ms to make the first time. On the log's own thread.
 */
final class RowReader {
  /** Fits into a processor's own cache. */
  private static final int BLOCK_BYTES = 256 << 10;

  /** Rows between two that are asked for which are rather read too. */
  private static final int NEAR = 8;

  /** Gives the segment of a slot. */
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

  /** Where {@link #rows} holds a slot that is there, until the next call. */
  int at(int slot) throws IOException {
    if (slot < from || slot >= to) {
      read(slot);
    }
    return slot - from;
  }

  /** Drops what was read ahead. */
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
    to = from; // should it fail, the block holds nothing
    segment.read(block, count, row);
    from = slot;
    to = slot + count;
  }
}
