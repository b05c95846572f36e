package dev.embedctl.cache;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Finds the slot of a key: in memory for the rows after the sealed index, in the sealed index for
 * the others. The sealed index is searched in its file, which is cheap for a small run, and is
 * loaded into memory once a run has looked up enough keys to make that worthwhile.
 *
 * <p>One thread adds entries; any number of threads search at the same time.
 */
final class KeyIndex implements Closeable {
  /** Loading a key costs about a quarter of the additional cost of a lookup in the file. */
  private static final int LOOKUPS_THAT_PAY = 4;

  /** With more keys (about 100 MB of memory) the file is searched. */
  private static final int LOADED_AT_MOST = 5_000_000;

  /** The keys of so many rows are read in the order of the rows, into about 10 MB of memory. */
  private static final int READ_IN_ORDER = 200_000;

  private final KeyTable recent = new KeyTable(0);
  private final LongAdder asked = new LongAdder();
  private final AtomicBoolean loading = new AtomicBoolean();
  private volatile Optional<SealedIndex> sealed;
  private volatile Optional<KeyTable> loaded = Optional.empty();
  private volatile boolean distrusted;

  KeyIndex(Optional<SealedIndex> sealed) {
    this.sealed = sealed;
  }

  /** The sealed index contains all rows below this slot. */
  int covered() {
    return sealed.map(SealedIndex::covered).orElse(0);
  }

  Optional<SealedIndex> sealed() {
    return sealed;
  }

  /** Whether the sealed index is damaged, so that its rows must be scanned. */
  boolean isDistrusted() {
    return distrusted;
  }

  /** The sealed index returned a wrong slot, so its rows must be scanned. */
  void distrust() {
    distrusted = true;
  }

  /** The slot that very likely has the key, or {@link KeyTable#NONE}. */
  int candidate(CacheKey key) {
    int slot = recent.candidate(key);
    if (slot != KeyTable.NONE || sealed.isEmpty()) {
      return slot;
    }
    asked.increment();
    Optional<KeyTable> table = loaded;
    return table.isPresent() ? table.get().candidate(key) : askSealed(key);
  }

  /** The key's slot by comparing whole keys, or {@link KeyTable#NONE}. */
  int find(CacheKey key, KeyTable.Rows rows) throws IOException {
    int slot = recent.find(key, rows);
    if (slot != KeyTable.NONE || sealed.isEmpty()) {
      return slot;
    }
    Optional<KeyTable> table = loaded;
    return table.isPresent() ? table.get().find(key, rows) : askSealed(key);
  }

  /** Whether a row with this key is the only one, so that it can be used without a search. */
  boolean isOnlyRow(int slot, CacheKey key) {
    Optional<SealedIndex> index = sealed;
    return index.isPresent()
        && index.get().hasAllRows()
        && slot < index.get().covered()
        && recent.candidate(key) == KeyTable.NONE;
  }

  /** Loads the sealed index if there were enough lookups, including these. */
  void loadIfItPays(int lookups) {
    Optional<SealedIndex> index = sealed;
    if (loaded.isPresent() || index.isEmpty() || distrusted) {
      return;
    }
    int size = index.get().size();
    boolean pays = (asked.sum() + lookups) * LOOKUPS_THAT_PAY > size && size <= LOADED_AT_MOST;
    if (pays && loading.compareAndSet(false, true)) {
      load(index.get());
    }
  }

  void put(CacheKey key, int slot, KeyTable.Rows rows) throws IOException {
    recent.put(key, slot, rows);
  }

  /** Adds a row that is older than all others. */
  void putOlder(CacheKey key, int slot, KeyTable.Rows rows) throws IOException {
    recent.putIfAbsent(key, slot, rows);
  }

  /** Continues without the sealed index, after its rows were added. */
  void dropSealed() {
    loaded = Optional.empty();
    sealed = Optional.empty();
    distrusted = false;
  }

  /** Passes on the keys of the rows after the sealed index, in order. */
  void giveRecentTo(SealedIndex.Sink sink, VectorLog log) throws IOException {
    for (int slot : sortedRecent(log)) {
      sink.entry(log.key(slot), slot);
    }
  }

  /** Passes on all keys with their newest slots, in the order of the keys, none twice. */
  void giveTo(SealedIndex.Sink sink, VectorLog log) throws IOException {
    int[] newer = sortedRecent(log);
    Iterator<Map.Entry<CacheKey, Integer>> older =
        sealed.map(SealedIndex::entries).orElse(Map.<CacheKey, Integer>of().entrySet().iterator());
    Optional<Map.Entry<CacheKey, Integer>> old = next(older);
    Keys keys = keysOf(newer, log);
    for (int slot : newer) {
      CacheKey key = keys.of(slot);
      while (old.isPresent() && old.get().getKey().compareTo(key) < 0) {
        sink.entry(old.get().getKey(), old.get().getValue());
        old = next(older);
      }
      if (old.isPresent() && old.get().getKey().equals(key)) {
        old = next(older);
      }
      sink.entry(key, slot);
    }
    for (; old.isPresent(); old = next(older)) {
      sink.entry(old.get().getKey(), old.get().getValue());
    }
  }

  /** Returns the key of a row. */
  @FunctionalInterface
  private interface Keys {
    CacheKey of(int slot) throws IOException;
  }

  /**
   * The keys of rows. To read a hundred thousand rows from the first to the last takes a third of
   * the time that it takes to read them in the order of their keys, and a run waits for its end.
   */
  private static Keys keysOf(int[] slots, VectorLog log) throws IOException {
    int[] ascending = slots.clone();
    Arrays.sort(ascending);
    if (ascending.length == 0 || ascending[ascending.length - 1] - ascending[0] >= READ_IN_ORDER) {
      return log::key;
    }
    int first = ascending[0];
    CacheKey[] keys = new CacheKey[ascending[ascending.length - 1] - first + 1];
    for (int slot : ascending) {
      keys[slot - first] = log.key(slot);
    }
    return slot -> keys[slot - first];
  }

  @Override
  public void close() {
    sealed.ifPresent(SealedIndex::close);
  }

  private int askSealed(CacheKey key) {
    try {
      Optional<SealedIndex> index = sealed;
      return index.isPresent() ? index.get().find(key) : KeyTable.NONE;
    } catch (IOException e) {
      distrusted = true;
      return KeyTable.NONE;
    }
  }

  private void load(SealedIndex index) {
    try {
      KeyTable table = new KeyTable(index.size());
      index.forEach(table::putNew);
      loaded = Optional.of(table);
    } catch (IOException e) {
      distrusted = true;
    }
  }

  /**
   * The slots in the order of their keys. Sorted as plain numbers, the key's first 33 bits above
   * the slot's 31; only where those bits are equal are whole keys compared.
   */
  private int[] sortedRecent(VectorLog log) throws IOException {
    long[] packed = new long[recent.size()];
    int[] count = {0};
    recent.forEach(
        (prefix, slot) -> packed[count[0]++] = ((prefix >>> 31 << 31) ^ Long.MIN_VALUE) | slot);
    Arrays.sort(packed);
    int[] slots = new int[packed.length];
    for (int from = 0; from < packed.length; ) {
      int to = from;
      while (to < packed.length && packed[to] >>> 31 == packed[from] >>> 31) {
        slots[to] = (int) (packed[to] & Integer.MAX_VALUE);
        to++;
      }
      if (to - from > 1) {
        sortByKey(slots, from, to, log);
      }
      from = to;
    }
    return slots;
  }

  private static void sortByKey(int[] slots, int from, int to, VectorLog log) throws IOException {
    NavigableMap<CacheKey, Integer> group = new TreeMap<>();
    for (int i = from; i < to; i++) {
      group.put(log.key(slots[i]), slots[i]);
    }
    int at = from;
    for (int slot : group.values()) {
      slots[at++] = slot;
    }
  }

  private static Optional<Map.Entry<CacheKey, Integer>> next(
      Iterator<Map.Entry<CacheKey, Integer>> entries) {
    return entries.hasNext() ? Optional.of(entries.next()) : Optional.empty();
  }
}
