package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;

/**
 * A set of keys with limited memory. It keeps the first 64 bits of each key, which is a hash: among
 * a billion keys, two of them have the same bits in one input of forty.
 */
public final class SeenKeys {
  private static final long EMPTY = 0;
  private static final int FIRST_CELLS = 1 << 10;
  private static final int FEWEST_CELLS = 8;
  private static final int MOST_CELLS = 1 << 30;

  /** The cells exist in two sizes while the set grows. */
  private static final int BYTES_A_CELL = Long.BYTES + Long.BYTES / 2;

  private final int mostCells;
  private long[] cells;
  private int size;

  /** An empty set with this number of bytes at most. */
  public SeenKeys(long bytes) {
    long most = Math.clamp(bytes / BYTES_A_CELL, FEWEST_CELLS, MOST_CELLS);
    this.mostCells = Math.toIntExact(Long.highestOneBit(most));
    this.cells = new long[Math.min(FIRST_CELLS, mostCells)];
  }

  /** Whether a key was added. */
  public boolean contains(CacheKey key) {
    return cells[cellOf(cells, stored(key))] != EMPTY;
  }

  /** Adds a key; returns false if there is no room for it. */
  public boolean add(CacheKey key) {
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

  /** Whether this number of keys can be added. */
  public boolean hasRoomFor(int keys) {
    return size < mostCells / 3 * 2 - keys;
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

  /** A key that begins with 64 zeros is treated like the next one, since 0 means empty. */
  private static long stored(CacheKey key) {
    return key.prefix() == EMPTY ? 1 : key.prefix();
  }

  /** The cell with this prefix, or the empty cell where its search ends. */
  private static int cellOf(long[] cells, long prefix) {
    int mask = cells.length - 1;
    int cell = (int) prefix & mask;
    while (cells[cell] != EMPTY && cells[cell] != prefix) {
      cell = (cell + 1) & mask;
    }
    return cell;
  }
}
