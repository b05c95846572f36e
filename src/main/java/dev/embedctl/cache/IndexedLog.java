package dev.embedctl.cache;

import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A log with its index: rows are added to both, and a key finds its newest row. */
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

  /** The slot after the last complete row that another process has appended. */
  private int grownTo;

  /** The slot after the row of the last key of a look-up in order, or {@link KeyTable#NONE}. */
  private volatile int following = KeyTable.NONE;

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
    this.grownTo = log.end();
  }

  /**
   * Opens a log to read and append. On its own thread, like all methods that state this.
   *
   * @param name the unique name of this log, which its index contains
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

  /** The rows that were found to be damaged or missing. */
  int damaged() {
    return damaged.count();
  }

  /** The slot after the last row. Own thread. */
  int end() {
    return log.end();
  }

  /**
   * Reads the rows that another process has appended. An incomplete row is read the next time. Own
   * thread.
   */
  void grow() throws IOException {
    log.grow();
    if (grownTo < log.end()) {
      log.readAgain();
      new RowScanner(log.files(), log.layout(), settings.opener())
          .scan(
              grownTo,
              log.end(),
              (slot, rows, row) -> {
                index.put(rows.key(row), slot, log::holds);
                grownTo = slot + 1;
              });
    }
  }

  /** Whether an intact row has this key and is not older than a time. Own thread. */
  boolean holdsSince(CacheKey key, long created) throws IOException {
    OptionalLong found = created(key);
    return found.isPresent() && found.getAsLong() >= created;
  }

  /** Whether an intact row has this key and is older than a time. Own thread. */
  boolean holdsBefore(CacheKey key, long time) throws IOException {
    OptionalLong found = created(key);
    return found.isPresent() && found.getAsLong() < time;
  }

  private OptionalLong created(CacheKey key) throws IOException {
    int slot = index.find(key, log::holds);
    boolean found = slot != KeyTable.NONE && log.isIntact(slot, key);
    return found ? OptionalLong.of(log.created(slot)) : OptionalLong.empty();
  }

  /** Whether the first row is intact and older than a time. Own thread. */
  boolean beganBefore(long time) throws IOException {
    return log.end() > 0 && log.isThere(0) && log.isIntact(0) && log.created(0) < time;
  }

  /** Sets aside the damage that was found at opening. Own thread. */
  void setAsideAtOpen(SetAside aside) throws IOException {
    for (int slot : log.files().cutRows(log.layout())) {
      damaged.add(slot);
    }
    aside.tails(log.files(), log.layout());
    indexes.damaged().forEach(aside::index);
    setAside(aside);
  }

  /** Sets aside the damage that was found so far. Own thread. */
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
      index.put(row.key(), slot++, log::holds);
    }
  }

  /**
   * Finds the vectors of keys in rows from a slot on. Any thread.
   *
   * <p>First all keys are looked up, then their rows are read in the order of the file.
   */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys, int fromSlot) throws IOException {
    prepareIndex(keys.size());
    long[] candidates = candidates(keys);
    if (index.isDistrusted()) { // meanwhile, so missing keys may exist
      prepareIndex(0);
      candidates = candidates(keys);
    }
    long[] inOrder = candidates;
    return inOrder.length == 0 ? Map.of() : thread.call(() -> read(keys, inOrder, fromSlot));
  }

  /**
   * Finds vectors without searching the index, for keys that come in the order of the rows, as in a
   * run over the same input: their rows follow those of the last look-up. Looking up a million
   * texts so takes half of the processor time of searches, and none of the index's memory. Any
   * thread.
   */
  void readFollowing(List<CacheKey> keys, VectorCache.Found found) throws IOException {
    if (following != KeyTable.NONE) {
      thread.run(() -> readFollowingRows(keys, found));
    }
  }

  /** Copies the vectors into one array, which is allocated once. Own thread. */
  private void readFollowingRows(List<CacheKey> keys, VectorCache.Found found) throws IOException {
    int slot = following;
    int dimensions = dimensions();
    float[] floats = {};
    int at = 0;
    for (int i = 0; i < keys.size(); i++) {
      CacheKey key = keys.get(i);
      if (!found.has(i) && index.isOnlyRow(slot, key) && log.isIntact(slot, key)) {
        if (at == floats.length) {
          floats = new float[Math.multiplyExact(keys.size() - i, dimensions)];
          at = 0;
        }
        log.copy(slot, floats, at);
        found.put(i, Vector.within(floats, at, dimensions));
        at += dimensions;
        slot++;
      }
    }
    following = slot;
  }

  /** Makes all rows survive a power cut. Any thread that is never interrupted. */
  void force() throws IOException {
    log.force();
  }

  /** Whether the log's files still have their names. Own thread. */
  boolean isThere() throws IOException {
    return log.isThere();
  }

  /** Seals an index if there are enough new rows. Own thread; the log is forced already. */
  void sealIfDue() throws IOException {
    // An index records that rows are missing; without it each start would search them again.
    boolean lost = damaged() > 0 && log.hasGaps();
    if (lost || settings.sealIsDue(index.covered(), log.end())) {
      seal();
    }
  }

  /** Seals an index of all rows. Own thread; the log is forced already. */
  void seal() throws IOException {
    checkSealed();
    SealedIndex.write(
        log.files().index(log.end()), name, log.end(), sink -> index.giveTo(sink, log));
  }

  @Override
  public void close() throws IOException {
    index.close();
    log.close();
  }

  /** The likely slots of keys, ascending, each combined with the position of its key. */
  private long[] candidates(List<CacheKey> keys) {
    long[] found = new long[keys.size()];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      int slot = index.candidate(keys.get(i));
      if (slot != KeyTable.NONE) {
        found[count++] = (long) slot << Integer.SIZE | i;
      }
    }
    long[] candidates = Arrays.copyOf(found, count);
    Arrays.sort(candidates);
    return candidates;
  }

  /** Own thread. */
  private Map<CacheKey, Vector> read(List<CacheKey> keys, long[] candidates, int fromSlot)
      throws IOException {
    Map<CacheKey, Vector> found = HashMap.newHashMap(candidates.length);
    List<CacheKey> others = new ArrayList<>();
    int last = KeyTable.NONE;
    int beforeLast = KeyTable.NONE;
    for (long candidate : candidates) {
      int slot = (int) (candidate >>> Integer.SIZE);
      int at = (int) candidate;
      last = at == keys.size() - 1 ? slot : last;
      beforeLast = at == keys.size() - 2 ? slot : beforeLast;
      CacheKey key = keys.get(at);
      if (!log.isIntact(slot, key)) {
        others.add(key);
      } else if (slot >= fromSlot) {
        found.put(key, log.vector(slot));
      }
    }
    for (CacheKey key : others) {
      readSlowly(key, fromSlot, found);
    }
    if (beforeLast != KeyTable.NONE && last == beforeLast + 1) {
      following = last + 1;
    }
    return found;
  }

  /** Finds a key that begins like another, or whose row or index entry is damaged. Own thread. */
  private void readSlowly(CacheKey key, int fromSlot, Map<CacheKey, Vector> found)
      throws IOException {
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

  /** The slot of a key in the index, even if the row is damaged. */
  private int slotOf(CacheKey key) throws IOException {
    int slot = index.find(key, log::holds);
    return slot == KeyTable.NONE ? index.candidate(key) : slot;
  }

  /** Whether the row of a slot is intact but has another key: then the index is wrong. */
  private boolean isLie(int slot, CacheKey key) throws IOException {
    if (slot == KeyTable.NONE || slot >= index.covered() || !log.isThere(slot)) {
      return false;
    }
    return log.isIntact(slot) && log.key(slot).prefix() != key.prefix();
  }

  private void read(int slot, CacheKey key, Map<CacheKey, Vector> found) throws IOException {
    if (!log.isThere(slot)) {
      damaged.add(slot);
      return;
    }
    if (log.isIntact(slot)) {
      if (log.holds(slot, key)) {
        found.put(key, log.vector(slot));
      }
    } else if (!log.isVacant(slot)) {
      damaged.add(slot);
    }
  }

  private void prepareIndex(int lookups) throws IOException {
    index.loadIfItPays(lookups);
    if (index.isDistrusted()) {
      thread.run(() -> scanInsteadOfIndex());
    }
  }

  /** Checks an index before it is merged into the next, so that errors are not copied. */
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
    // Another lookup may have done it already.
    if (index.isDistrusted()) {
      scanRowsOfSealed();
    }
  }

  private void scanRowsOfSealed() throws IOException {
    int covered = index.covered();
    KeyIndex older = new KeyIndex(Optional.empty());
    scan(0, covered, older::put);
    older.giveRecentTo((key, slot) -> index.putOlder(key, slot, log::holds), log);
    index.dropSealed();
    distrusted = Optional.of(log.files().index(covered));
  }

  /** Adds a row's key to an index. */
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
            put.put(rows.key(row), slot, log::holds);
          }

          @Override
          public void damaged(int slot) {
            damaged.add(slot);
          }
        };
    new RowScanner(log.files(), log.layout(), settings.opener()).scan(from, to, visitor);
  }
}
