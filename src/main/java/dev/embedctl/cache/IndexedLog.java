package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A log and its index as one: rows go into both, and a key finds its newest row. */
final class IndexedLog implements Closeable {
  private final VectorLog log;
  private final SealedIndexes indexes;
  private final KeyIndex index;
  private final CacheKey name;
  private final LogSettings settings;
  private final OwnedThread thread;
  private final DamagedRows damaged = new DamagedRows();
  private final int rowsAtOpen;
  private volatile Optional<Path> distrusted = Optional.empty();

  private IndexedLog(
      VectorLog log,
      SealedIndexes indexes,
      CacheKey name,
      LogSettings settings,
      OwnedThread thread) {
    this.log = log;
    this.indexes = indexes;
    this.index = new KeyIndex(indexes.newest());
    this.name = name;
    this.settings = settings;
    this.thread = thread;
    this.rowsAtOpen = log.end();
  }

  /**
   * Opens a log to read and append. On its own thread, like all that says so.
   *
   * @param name tells this log from all others; the index bears it
   */
  static IndexedLog forWriting(
      LogFiles files, RowLayout layout, CacheKey name, LogSettings settings, OwnedThread thread)
      throws IOException {
    IndexedLog opened =
        indexed(VectorLog.forWriting(files, layout, settings.opener()), name, settings, thread);
    opened.indexes.removeSuperseded(files);
    return opened;
  }

  /** Opens the rows that a log has now. Own thread. */
  static IndexedLog forReading(
      LogFiles files, RowLayout layout, CacheKey name, LogSettings settings, OwnedThread thread)
      throws IOException {
    return indexed(VectorLog.forReading(files, layout, settings.opener()), name, settings, thread);
  }

  private static IndexedLog indexed(
      VectorLog log, CacheKey name, LogSettings settings, OwnedThread thread) throws IOException {
    try {
      IndexedLog opened = new IndexedLog(log, SealedIndexes.of(log, name), name, settings, thread);
      opened.scan(opened.index.covered(), log.end(), opened.index::put);
      opened.damaged.add(log.end(), opened.indexes.knownEnd());
      return opened;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  int rowsAtOpen() {
    return rowsAtOpen;
  }

  /** Rows that were found to be damaged or gone, when the log was opened or later. */
  int damaged() {
    return damaged.count();
  }

  /** Sets aside what opening has found to be damaged. Own thread. */
  void setAsideAtOpen(SetAside aside) throws IOException {
    for (int slot : log.files().cutRows(log.layout())) {
      damaged.add(slot);
    }
    aside.tails(log.files(), log.layout());
    indexes.damaged().forEach(aside::index);
    setAside(aside);
  }

  /** Sets aside what was found to be damaged so far. Own thread. */
  void setAside(SetAside aside) {
    if (damaged() > 0) {
      aside.rows(log.files(), log.layout(), damaged.copy());
    }
    distrusted.ifPresent(aside::index);
  }

  int dimensions() {
    return log.layout().dimensions();
  }

  /** Appends rows, see {@link VectorLog#append}. Own thread. */
  void append(List<Row> rows) throws IOException {
    int slot = log.append(rows);
    for (Row row : rows) {
      index.put(row.key(), slot++, log::holdsAnywhere);
    }
  }

  /**
   * The vectors of those keys that are here from a slot on. Any thread.
   *
   * <p>First all keys are probed, then all rows' headers touched, then the vectors copied: so the
   * waits for memory overlap, which takes a third off the time.
   */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys, int fromSlot) throws IOException {
    prepareIndex(keys.size());
    int[] slots = candidates(keys);
    if (index.isDistrusted()) { // while it was asked: a key that it lacks may be here
      prepareIndex(0);
      slots = candidates(keys);
    }
    try {
      Map<CacheKey, Vector> found = HashMap.newHashMap(slots.length);
      List<CacheKey> others = touch(keys, slots);
      for (int i = 0; i < slots.length; i++) {
        if (slots[i] >= fromSlot) {
          copy(slots[i], keys.get(i), found);
        }
      }
      if (!others.isEmpty()) {
        found.putAll(thread.call(() -> lookupSlowly(others, fromSlot)));
      }
      return found;
    } catch (InternalError e) {
      // What the JVM makes of a page of a mapping that the disk cannot give.
      throw new IOException("the cache can no longer be read: " + log.files().folder(), e);
    }
  }

  /** Makes all rows survive a power cut. Any thread that is never interrupted. */
  void force() throws IOException {
    log.force();
  }

  /** Seals an index where enough rows are new. Own thread; the log is forced already. */
  void sealIfDue() throws IOException {
    // An index knows that rows are gone: without one each start would find that out again.
    boolean lost = damaged() > 0 && log.hasGaps();
    if (lost || settings.sealIsDue(index.covered(), log.end())) {
      seal();
    }
  }

  /** Seals an index of all rows. Own thread; the log is forced already. */
  void seal() throws IOException {
    checkSealed();
    log.mapAll();
    SealedIndex.write(
        log.files().index(log.end()), name, log.end(), sink -> index.giveTo(sink, log));
  }

  @Override
  public void close() throws IOException {
    index.close();
    log.close();
  }

  private int[] candidates(List<CacheKey> keys) {
    int[] slots = new int[keys.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = index.candidate(keys.get(i));
    }
    return slots;
  }

  /** Keeps the mapped rows that hold their keys in {@code slots}, and gives the other keys. */
  private List<CacheKey> touch(List<CacheKey> keys, int[] slots) {
    List<CacheKey> others = new ArrayList<>();
    for (int i = 0; i < slots.length; i++) {
      int slot = slots[i];
      if (slot != KeyTable.NONE && !(log.isMapped(slot) && log.holds(slot, keys.get(i)))) {
        others.add(keys.get(i));
        slots[i] = KeyTable.NONE;
      }
    }
    return others;
  }

  private void copy(int slot, CacheKey key, Map<CacheKey, Vector> found) {
    if (slot == KeyTable.NONE) {
      return;
    }
    Segment segment = log.segment(slot);
    int row = log.layout().rowOf(slot);
    if (segment.isIntact(row)) {
      found.put(key, segment.rows().vector(row));
    } else {
      damaged.add(slot);
    }
  }

  /** Rows that are not mapped yet, keys that begin like others, and what is damaged. Own thread. */
  private Map<CacheKey, Vector> lookupSlowly(List<CacheKey> keys, int fromSlot) throws IOException {
    Map<CacheKey, Vector> found = HashMap.newHashMap(keys.size());
    for (CacheKey key : keys) {
      int slot = slotOf(key);
      if (isLie(slot, key)) {
        index.distrust();
        scanInsteadOfIndex();
        slot = slotOf(key);
      }
      if (slot != KeyTable.NONE && slot >= fromSlot) {
        read(slot, key, found);
      }
    }
    return found;
  }

  /** The slot that the index has for a key, though the row there be damaged. */
  private int slotOf(CacheKey key) throws IOException {
    int slot = index.find(key, log::holdsAnywhere);
    return slot == KeyTable.NONE ? index.candidate(key) : slot;
  }

  /** Whether the row of a slot is whole and of quite another key: then the index is wrong. */
  private boolean isLie(int slot, CacheKey key) throws IOException {
    if (slot == KeyTable.NONE || slot >= index.covered() || !log.isThere(slot)) {
      return false;
    }
    RowBuffer row = log.only(slot);
    return row.isIntact(0, log.layout().rowOf(slot)) && row.key(0).prefix() != key.prefix();
  }

  private void read(int slot, CacheKey key, Map<CacheKey, Vector> found) throws IOException {
    if (!log.isThere(slot)) {
      damaged.add(slot);
      return;
    }
    RowBuffer row = log.only(slot);
    int number = log.layout().rowOf(slot);
    if (row.isIntact(0, number)) {
      if (row.holds(0, key)) {
        found.put(key, row.vector(0));
      }
    } else if (!row.isVacant(0, number)) {
      damaged.add(slot);
    }
  }

  private void prepareIndex(int lookups) throws IOException {
    index.loadIfItPays(lookups);
    if (index.isDistrusted()) {
      thread.call(
          () -> {
            scanInsteadOfIndex();
            return true;
          });
    }
  }

  /** Before an index is merged into the next: what is wrong in it would be sealed as right. */
  private void checkSealed() throws IOException {
    try {
      if (index.sealed().isPresent()) {
        index.sealed().get().forEach((key, slot) -> {});
      }
    } catch (IOException e) {
      scanRowsOfSealed();
    }
  }

  private void scanInsteadOfIndex() throws IOException {
    // Another look-up may have been first.
    if (index.isDistrusted()) {
      scanRowsOfSealed();
    }
  }

  private void scanRowsOfSealed() throws IOException {
    int covered = index.covered();
    KeyIndex older = new KeyIndex(Optional.empty());
    scan(0, covered, older::put);
    older.giveRecentTo((key, slot) -> index.putOlder(key, slot, log::holdsAnywhere), log);
    index.dropSealed();
    distrusted = Optional.of(log.files().index(covered));
  }

  /** Takes a row's key into an index. */
  @FunctionalInterface
  private interface Put {
    void put(CacheKey key, int slot, KeyTable.Rows rows) throws IOException;
  }

  private void scan(int from, int to, Put put) throws IOException {
    if (from >= to) {
      return;
    }
    RowScanner.Visitor visitor =
        new RowScanner.Visitor() {
          @Override
          public void intact(int slot, RowBuffer rows, int row) throws IOException {
            put.put(rows.key(row), slot, log::holdsAnywhere);
          }

          @Override
          public void damaged(int slot) {
            damaged.add(slot);
          }
        };
    new RowScanner(log.files(), log.layout(), settings.opener()).scan(from, to, visitor);
  }
}
