package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.CacheLock;
import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The cache on disk: append-only logs of vectors, each with a sealed MapDB index. A store returns
 * when its rows are written, which survives kill -9; about once a second they are forced, which
 * survives a power cut. Any number of processes read and write one cache at the same time.
 *
 * <p>Callers may be interrupted at any time: neither the cache nor the stored vectors are lost.
 */
public final class LogCache implements VectorCache {
  private final OwnedThread thread;
  private final Optional<CacheLock> lock;
  private final SpecLogs home;
  private final List<SpecLogs> older;
  private final LogSettings settings;
  private final ReentrantLock closing = new ReentrantLock();
  private boolean closed;

  private LogCache(
      OwnedThread thread,
      Optional<CacheLock> lock,
      SpecLogs home,
      List<SpecLogs> older,
      LogSettings settings) {
    this.thread = thread;
    this.lock = lock;
    this.home = home;
    this.older = List.copyOf(older);
    this.settings = settings;
  }

  /**
   * Opens the vectors of a spec in a cache folder; both are created if they do not exist. Other
   * processes may read and write them at the same time; only maintenance must wait until it is
   * closed. Vectors that older versions stored elsewhere are found too.
   *
   * @throws RunFailed if the cache cannot be opened
   */
  public static LogCache open(
      Path cacheFolder, EmbeddingSpec spec, LockTerms terms, InstantSource clock) {
    return open(cacheFolder, spec, terms, LogSettings.usual(clock));
  }

  static LogCache open(
      Path cacheFolder, EmbeddingSpec spec, LockTerms terms, LogSettings settings) {
    return orFail(
        cacheFolder,
        () -> {
          CacheFiles.createFolder(cacheFolder);
          CacheLock lock = CacheLock.acquire(cacheFolder, LockFile.Use.WRITING, terms);
          LogPlaces places = LogPlaces.of(lock);
          return opened(
              spec,
              settings,
              Optional.of(lock),
              (kept, thread) -> SpecLogs.forWriting(cacheFolder, kept, settings, thread, places),
              (kept, thread) -> SpecLogs.forRepair(cacheFolder, kept, settings, thread, places),
              cacheFolder);
        });
  }

  /**
   * Opens existing vectors for reading, beside processes that write, and without creating files.
   *
   * @throws RunFailed if the cache cannot be opened
   */
  public static LogCache openReadOnly(
      Path cacheFolder, EmbeddingSpec spec, LockTerms terms, InstantSource clock) {
    LogSettings settings = LogSettings.usual(clock);
    return orFail(
        cacheFolder,
        () -> {
          // A cache that was never written has no lock, and taking it would create its file.
          Optional<CacheLock> lock =
              LockFile.mayExistIn(cacheFolder)
                  ? Optional.of(CacheLock.acquire(cacheFolder, LockFile.Use.READING, terms))
                  : Optional.empty();
          Opening reading =
              (kept, thread) -> SpecLogs.forReading(cacheFolder, kept, settings, thread);
          return opened(spec, settings, lock, reading, reading, cacheFolder);
        });
  }

  /** Opens one spec's logs, for a caller that is alone with the cache. */
  static LogCache openAlone(Path cacheFolder, EmbeddingSpec spec, LogSettings settings)
      throws IOException {
    OwnedThread thread = new OwnedThread("embedctl-cache");
    try {
      SpecLogs logs =
          thread.call(
              () -> SpecLogs.forWriting(cacheFolder, spec, settings, thread, LogPlaces.ALONE));
      return new LogCache(thread, Optional.empty(), logs, List.of(), settings);
    } catch (IOException | RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  /** Opens the logs of a spec. Own thread. */
  @FunctionalInterface
  private interface Opening {
    SpecLogs open(EmbeddingSpec spec, OwnedThread thread) throws IOException;
  }

  /** The logs of new vectors, and those in which older versions stored the same vectors. */
  private static LogCache opened(
      EmbeddingSpec asked,
      LogSettings settings,
      Optional<CacheLock> lock,
      Opening home,
      Opening others,
      Path cacheFolder)
      throws IOException {
    OwnedThread thread = new OwnedThread("embedctl-cache");
    List<SpecLogs> older = new ArrayList<>();
    try {
      return thread.call(
          () -> {
            KeptSpecs kept = new KeptSpecs(asked);
            List<EmbeddingSpec> whole = kept.ofWhole();
            for (EmbeddingSpec spec : whole.subList(1, whole.size())) { // the first is the home
              if (Namespace.of(cacheFolder, spec).exists()) {
                older.add(others.open(spec, thread));
              }
            }
            return new LogCache(thread, lock, home.open(kept.home(), thread), older, settings);
          });
    } catch (IOException | RuntimeException e) {
      for (SpecLogs logs : older) {
        logs.close();
      }
      thread.close();
      lock.ifPresent(CacheLock::close);
      throw e;
    }
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> found = home.lookup(keys);
    for (SpecLogs logs : older) {
      if (found.size() < keys.size()) {
        Map<CacheKey, Vector> more = new HashMap<>(found);
        more.putAll(logs.lookup(keys.stream().filter(key -> !more.containsKey(key)).toList()));
        found = more;
      }
    }
    return found;
  }

  @Override
  public Found find(List<CacheKey> keys) throws IOException {
    Found found = home.find(keys);
    for (SpecLogs logs : older) {
      if (!found.isWhole()) {
        found.putMissing(keys, logs.lookup(found.missing(keys)));
      }
    }
    return found;
  }

  @Override
  public boolean hasOnlyOwn() {
    return older.isEmpty() && home.hasOnlyOwn();
  }

  @Override
  public boolean beganBefore(Instant time) throws IOException {
    for (SpecLogs logs : all()) {
      if (logs.beganBefore(time.getEpochSecond())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<CacheKey> firstStoredBefore(Instant time, List<CacheKey> keys)
      throws IOException {
    for (SpecLogs logs : all()) {
      Optional<CacheKey> first = logs.firstStoredBefore(time.getEpochSecond(), keys);
      if (first.isPresent()) {
        return first;
      }
    }
    return Optional.empty();
  }

  private List<SpecLogs> all() {
    List<SpecLogs> all = new ArrayList<>(older);
    all.addFirst(home);
    return all;
  }

  @Override
  public Claim claim(List<CacheKey> keys) throws IOException {
    return home.claim(keys);
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) throws IOException {
    append(rowsOf(vectors));
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) throws IOException {
    home.appendDoubted(rowsOf(vectors));
  }

  @Override
  public void forgetDoubted() throws IOException {
    home.forgetDoubted();
  }

  @Override
  public void force() throws IOException {
    home.force();
  }

  @Override
  public boolean knowsEncoding() {
    return home.knowsEncoding();
  }

  @Override
  public void confirmEncoding() throws IOException {
    home.confirmEncoding();
  }

  private List<Row> rowsOf(Map<CacheKey, Vector> vectors) {
    List<Row> rows = new ArrayList<>(vectors.size());
    long now = settings.now();
    vectors.forEach((key, vector) -> rows.add(new Row(key, vector, now)));
    return rows;
  }

  /** The slot after the last row at the opening of this cache. */
  int firstFreshSlot() {
    return home.firstFreshSlot();
  }

  /** The state of the logs as found at opening and since. */
  public CacheCounts counts() {
    return older.stream().map(SpecLogs::counts).reduce(home.counts(), CacheCounts::plus);
  }

  /** Forces the stored rows, seals an index if one is due, and releases the lock. */
  @Override
  public void close() throws IOException {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        closeOnce();
      }
    } finally {
      closing.unlock();
    }
  }

  /** Finds vectors that this process has stored, from a slot on. */
  Map<CacheKey, Vector> lookupFrom(int slot, List<CacheKey> keys) throws IOException {
    return home.lookupOwn(keys, slot);
  }

  /** Stores rows that may be older than now. */
  void append(List<Row> rows) throws IOException {
    home.append(rows);
  }

  /** The dimensions of the vectors, once the first was stored. */
  Optional<Integer> dimensions() {
    return home.dimensions();
  }

  private void closeOnce() throws IOException {
    try {
      closeOlder();
    } finally {
      try {
        home.close();
      } finally {
        thread.close();
        lock.ifPresent(CacheLock::close);
      }
    }
  }

  private void closeOlder() throws IOException {
    for (SpecLogs logs : older) {
      logs.close();
    }
  }

  private static LogCache orFail(Path cacheFolder, OwnedThread.Task<LogCache> opening) {
    try {
      return opening.run();
    } catch (IOException e) {
      throw new RunFailed(
          "cannot open the cache "
              + cacheFolder
              + ": "
              + CacheFiles.reason(e)
              + "; use another "
              + Parameter.CACHE
              + ", or "
              + Parameter.NO_CACHE,
          e);
    }
  }
}
