package dev.embedctl.cache;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Slots by key, in memory: open addressing over the first 64 bits of the key, which is a hash. The
 * whole key is compared with the key in the row, so two keys with equal beginnings are
 * distinguished.
 *
 * <p>One thread adds entries; any number of threads search at the same time without a lock: the
 * prefix of a cell is written before its slot, and only a cell with a slot is valid.
 */
final class KeyTable {
  /** No slot. Slots are plain ints here, since every lookup uses this class. */
  static final int NONE = -1;

  /** Compares keys with those in rows. */
  @FunctionalInterface
  interface Rows {
    boolean holds(int slot, CacheKey key) throws IOException;
  }

  /** Receives the entries, in no order. */
  @FunctionalInterface
  interface Entries {
    void entry(long prefix, int slot);
  }

  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** A slot is stored plus one, so that zero is an empty cell. */
  private static final class Cells {
    private final int shift;
    private final long[] prefixes;
    private final int[] slots;

    Cells(int size) {
      this.shift = Long.SIZE - Integer.numberOfTrailingZeros(size);
      this.prefixes = new long[size];
      this.slots = new int[size];
    }

    int size() {
      return slots.length;
    }

    long prefix(int cell) {
      return prefixes[cell];
    }

    /**
     * Keys are hashes, so their first bits spread them as well as any; and a sealed index, which is
     * in the order of its keys, is loaded from one end of the memory to the other: three times as
     * fast as here and there.
     */
    int home(long prefix) {
      return (int) (prefix >>> shift);
    }

    int mask() {
      return slots.length - 1;
    }

    int slot(int cell) {
      return (int) SLOTS.getAcquire(slots, cell) - 1;
    }

    void fill(int cell, long prefix, int slot) {
      prefixes[cell] = prefix;
      SLOTS.setRelease(slots, cell, slot + 1);
    }
  }

  private volatile Cells cells;
  private volatile int size;

  KeyTable(int expected) {
    long needed = Math.max(64, expected * 3L / 2 + 1);
    cells = new Cells(Math.toIntExact(Long.highestOneBit(needed - 1) << 1));
  }

  int size() {
    return size;
  }

  /** A slot whose key begins like this one, usually the same key; or {@link #NONE}. */
  int candidate(CacheKey key) {
    Cells now = cells;
    long prefix = key.prefix();
    for (int cell = now.home(prefix); ; cell = (cell + 1) & now.mask()) {
      int slot = now.slot(cell);
      if (slot == NONE || now.prefix(cell) == prefix) {
        return slot;
      }
    }
  }

  /** The key's slot, or {@link #NONE}. */
  int find(CacheKey key, Rows rows) throws IOException {
    Cells now = cells;
    int cell = cellOf(now, key, rows);
    return now.slot(cell);
  }

  /** Adds a key with its slot, or replaces its slot. */
  void put(CacheKey key, int slot, Rows rows) throws IOException {
    int cell = cellOf(cells, key, rows);
    if (cells.slot(cell) == NONE) {
      add(key.prefix(), slot, cell);
    } else {
      cells.fill(cell, key.prefix(), slot);
    }
  }

  /** Adds a key with its slot unless the key exists. */
  void putIfAbsent(CacheKey key, int slot, Rows rows) throws IOException {
    int cell = cellOf(cells, key, rows);
    if (cells.slot(cell) == NONE) {
      add(key.prefix(), slot, cell);
    }
  }

  /** Adds a key that does not exist. */
  void putNew(CacheKey key, int slot) {
    add(key.prefix(), slot, emptyCell(cells, key.prefix()));
  }

  void forEach(Entries entries) {
    Cells now = cells;
    for (int cell = 0; cell < now.size(); cell++) {
      int slot = now.slot(cell);
      if (slot != NONE) {
        entries.entry(now.prefix(cell), slot);
      }
    }
  }

  /** The cell with the key, or the empty cell where its search ends. */
  private static int cellOf(Cells now, CacheKey key, Rows rows) throws IOException {
    long prefix = key.prefix();
    int cell = now.home(prefix);
    while (true) {
      int slot = now.slot(cell);
      if (slot == NONE || (now.prefix(cell) == prefix && rows.holds(slot, key))) {
        return cell;
      }
      cell = (cell + 1) & now.mask();
    }
  }

  private static int emptyCell(Cells now, long prefix) {
    int cell = now.home(prefix);
    while (now.slot(cell) != NONE) {
      cell = (cell + 1) & now.mask();
    }
    return cell;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only one thread puts
  private void add(long prefix, int slot, int cell) {
    cells.fill(cell, prefix, slot);
    size++;
    if (size > cells.size() / 3 * 2) {
      grow();
    }
  }

  private void grow() {
    Cells larger = new Cells(Math.multiplyExact(cells.size(), 2));
    forEach((prefix, slot) -> larger.fill(emptyCell(larger, prefix), prefix, slot));
    cells = larger;
  }
}
