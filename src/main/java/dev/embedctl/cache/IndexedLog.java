package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** A log and its index as one: rows go into both, and a key finds its newest row. */
final class IndexedLog implements Closeable {
  /** Entries of a sealed index that are compared with the log when it is opened. */
  private static final int SAMPLES = 8;

  private final VectorLog log;
  private final KeyIndex index;
  private final CacheKey name;
  private final LogSettings settings;
  private final OwnedThread thread;
  private final LongAdder damaged = new LongAdder();
  private final int rowsAtOpen;

  private IndexedLog(
      VectorLog log, KeyIndex index, CacheKey name, LogSettings settings, OwnedThread thread) {
    this.log = log;
    this.index = index;
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
    VectorLog log = VectorLog.forWriting(files, layout, settings.opener());
    IndexedLog opened = indexed(log, name, settings, thread);
    opened.removeOtherIndexes();
    return opened;
  }

  /** Opens the rows that a log has now. Own thread. */
  static IndexedLog forReading(
      LogFiles files, RowLayout layout, CacheKey name, LogSettings settings, OwnedThread thread)
      throws IOException {
    VectorLog log = VectorLog.forReading(files, layout, settings.opener());
    return indexed(log, name, settings, thread);
  }

  private static IndexedLog indexed(
      VectorLog log, CacheKey name, LogSettings settings, OwnedThread thread) throws IOException {
    try {
      KeyIndex index = new KeyIndex(newestIndex(log, name));
      IndexedLog opened = new IndexedLog(log, index, name, settings, thread);
      opened.scan(index.covered(), log.end(), index::put);
      return opened;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  int rowsAtOpen() {
    return rowsAtOpen;
  }

  /** Rows that were found to be damaged, when the log was opened or later. */
  long damaged() {
    return damaged.sum();
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
    int[] slots = new int[keys.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = index.candidate(keys.get(i));
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
    if (settings.sealIsDue(index.covered(), log.end())) {
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
      damaged.increment();
    }
  }

  /** Rows that are not mapped yet, and keys that begin like others. Own thread. */
  private Map<CacheKey, Vector> lookupSlowly(List<CacheKey> keys, int fromSlot) throws IOException {
    Map<CacheKey, Vector> found = HashMap.newHashMap(keys.size());
    for (CacheKey key : keys) {
      int slot = index.find(key, log::holdsAnywhere);
      if (slot == KeyTable.NONE || slot < fromSlot) {
        continue;
      }
      if (log.isMapped(slot)) {
        copyIfHeld(slot, key, found);
      } else if (log.isThere(slot)) {
        RowBuffer row = log.read(slot);
        if (row.holds(0, key) && row.isIntact(0, log.layout().rowOf(slot))) {
          found.put(key, row.vector(0));
        } else {
          damaged.increment();
        }
      } else {
        damaged.increment();
      }
    }
    return found;
  }

  private void copyIfHeld(int slot, CacheKey key, Map<CacheKey, Vector> found) {
    if (log.holds(slot, key)) {
      copy(slot, key, found);
    } else {
      damaged.increment();
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
      scanRowsOf(index);
    }
  }

  private void scanInsteadOfIndex() throws IOException {
    // Another look-up may have been first.
    if (index.isDistrusted()) {
      scanRowsOf(index);
    }
  }

  private void scanRowsOf(KeyIndex distrusted) throws IOException {
    int covered = distrusted.covered();
    KeyIndex older = new KeyIndex(Optional.empty());
    scan(0, covered, older::put);
    older.giveRecentTo((key, slot) -> distrusted.putOlder(key, slot, log::holdsAnywhere), log);
    distrusted.dropSealed();
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
            damaged.increment();
          }
        };
    new RowScanner(log.files(), log.layout(), settings.opener()).scan(from, to, visitor);
  }

  private static Optional<SealedIndex> newestIndex(VectorLog log, CacheKey name)
      throws IOException {
    var usable = log.files().indexes().headMap(log.end(), true).descendingMap();
    for (Path file : usable.values()) {
      try {
        SealedIndex index = SealedIndex.open(file, name);
        if (index.covered() <= log.end() && agrees(index, log)) {
          return Optional.of(index);
        }
        index.close();
      } catch (IOException unusable) {
        // Derived data: an index that is of no use is as good as none, so look for another.
      }
    }
    return Optional.empty();
  }

  /** Whether a few entries point at rows with their keys; a damaged row says nothing. */
  private static boolean agrees(SealedIndex index, VectorLog log) throws IOException {
    byte[] from = new byte[CacheKey.BYTES];
    for (int i = 0; i < SAMPLES; i++) {
      from[0] = (byte) (i * (256 / SAMPLES));
      var entry = index.atOrAfter(CacheKey.ofBytes(from));
      if (entry.isEmpty()) {
        continue;
      }
      int slot = entry.get().getValue();
      if (slot < 0 || slot >= log.end()) {
        return false;
      }
      boolean mapped = log.isMapped(slot);
      if (mapped
          && !log.holds(slot, entry.get().getKey())
          && log.segment(slot).isIntact(log.layout().rowOf(slot))) {
        return false;
      }
    }
    return true;
  }

  private void removeOtherIndexes() throws IOException {
    Optional<Path> used = index.sealed().map(now -> log.files().index(now.covered()));
    for (Path file : log.files().list()) {
      boolean isIndex = log.files().indexes().containsValue(file);
      if ((isIndex && !used.equals(Optional.of(file))) || CacheFiles.isTemporary(file)) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException inUse) {
          // Windows keeps a file that someone has mapped; the next start will try again.
        }
      }
    }
  }
}
