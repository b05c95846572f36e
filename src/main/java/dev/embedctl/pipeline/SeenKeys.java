package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;

/**
 * Keys that were seen, as many as its memory holds. It keeps their first 64 bits, which are a
 * hash's: that two of a billion keys share them happens in one input of forty.
 */
final class SeenKeys {
  private static final long EMPTY = 0;
  private static final int FIRST_CELLS = 1 << 10;
  private static final int FEWEST_CELLS = 8;
  private static final int MOST_CELLS = 1 << 30;

  /** While it grows, the cells exist twice: once in this size and once in half of it. */
  private static final int BYTES_A_CELL = Long.BYTES + Long.BYTES / 2;

  private final int mostCells;
  private long[] cells;
  private int size;

  /** Room for keys within so many bytes. */
  SeenKeys(long bytes) {
    long most = Math.clamp(bytes / BYTES_A_CELL, FEWEST_CELLS, MOST_CELLS);
    this.mostCells = Math.toIntExact(Long.highestOneBit(most));
    this.cells = new long[Math.min(FIRST_CELLS, mostCells)];
  }

  boolean contains(CacheKey key) {
    return cells[cellOf(cells, stored(key))] != EMPTY;
  }

  /** Adds a key; false where there is no room for it any more. */
  boolean add(CacheKey key) {
    if (size >= cells.length / 3 * 2 && !grow()) {
      return false;
    }
    long prefix = stored(key);
    int cell = cellOf(cells, prefix);
    if (cells[cell] == EMPTY) {
      cells[cell] = prefix;
      size++;
    }
    return true;
  }

  private boolean grow() {
    if (cells.length >= mostCells) {
      return false;
    }
    long[] larger = new long[cells.length * 2];
    for (long prefix : cells) {
      if (prefix != EMPTY) {
        larger[cellOf(larger, prefix)] = prefix;
      }
    }
    cells = larger;
    return true;
  }

  /** The one key that begins with 64 zeros is taken for its neighbour. */
  private static long stored(CacheKey key) {
    return key.prefix() == EMPTY ? 1 : key.prefix();
  }

  /** The cell that holds the prefix, or the empty one where its search ends. */
  private static int cellOf(long[] cells, long prefix) {
    int mask = cells.length - 1;
    int cell = (int) prefix & mask;
    while (cells[cell] != EMPTY && cells[cell] != prefix) {
      cell = (cell + 1) & mask;
    }
    return cell;
  }
}
