package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.Forcer;
import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The cache on disk: an append-only log of vectors with a sealed MapDB index. A store returns when
 * its rows are written, which survives kill -9; about once a second they are forced, which survives
 * a power cut.
 *
 * <p>Callers may be interrupted at any moment: neither the cache nor what they store is lost by it.
 */
public final class LogCache implements VectorCache {
  private final Namespace namespace;
  private final LogSettings settings;
  private final Optional<CacheLock> lock;
  private final OwnedThread thread;
  private final ReentrantLock closing = new ReentrantLock();
  private final boolean writes;
  private final Forcer forcer;
  private final SetAside aside;
  private final List<LogCache> older;
  private volatile Optional<Object> logFolder = Optional.empty();
  private volatile NamespaceMeta meta;
  private volatile Optional<IndexedLog> log = Optional.empty();
  private volatile Optional<String> indexFailure = Optional.empty();
  private boolean closed;

  private LogCache(
      Namespace namespace,
      NamespaceMeta meta,
      LogSettings settings,
      Optional<CacheLock> lock,
      OwnedThread thread,
      LockFile.Use use,
      SetAside aside,
      List<LogCache> older) {
    this.namespace = namespace;
    this.meta = meta;
    this.settings = settings;
    this.lock = lock;
    this.thread = thread;
    this.writes = use != LockFile.Use.READING;
    this.forcer = new Forcer(this::force);
    this.aside = aside;
    this.older = List.copyOf(older);
  }

  /**
   * Opens the vectors of a spec in a cache folder, both made where they are missing, and keeps
   * other writers out until it is closed. What older versions kept elsewhere is looked up too.
   *
   * @throws RunFailed where that cannot be, in a sentence that says why
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
          try {
            return openKept(cacheFolder, spec, settings, LockFile.Use.WRITING, Optional.of(lock));
          } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
          }
        });
  }

  /**
   * Opens the vectors that are there now, to look them up only: beside a process that writes, and
   * without making anything.
   *
   * @throws RunFailed where that cannot be, in a sentence that says why
   */
  public static LogCache openReadOnly(
      Path cacheFolder, EmbeddingSpec spec, LockTerms terms, InstantSource clock) {
    LogSettings settings = LogSettings.usual(clock);
    LockFile.Use use = LockFile.Use.READING;
    return orFail(
        cacheFolder,
        () -> {
          // Nobody ever wrote there, and a lock would be a file made.
          if (!LockFile.mayExistIn(cacheFolder)) {
            return openKept(cacheFolder, spec, settings, use, Optional.empty());
          }
          CacheLock lock = CacheLock.acquire(cacheFolder, use, terms);
          try {
            return openKept(cacheFolder, spec, settings, use, Optional.of(lock));
          } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
          }
        });
  }

  /** The log of new vectors, and those in which older versions kept vectors that are the same. */
  private static LogCache openKept(
      Path cacheFolder,
      EmbeddingSpec asked,
      LogSettings settings,
      LockFile.Use use,
      Optional<CacheLock> lock)
      throws IOException {
    EmbeddingSpec home = new KeptSpecs(asked).home();
    List<LogCache> older = new ArrayList<>();
    try {
      for (EmbeddingSpec spec : new KeptSpecs(asked).ofWhole()) {
        if (!spec.equals(home) && Namespace.of(cacheFolder, spec).exists()) {
          older.add(openOne(cacheFolder, spec, settings, use, Optional.empty(), List.of()));
        }
      }
      return openOne(cacheFolder, home, settings, use, lock, older);
    } catch (IOException | RuntimeException e) {
      for (LogCache opened : older) {
        opened.close();
      }
      throw e;
    }
  }

  /** Opens one spec's log alone, under a lock that the caller holds. */
  static LogCache openLocked(
      Path cacheFolder, EmbeddingSpec spec, LogSettings settings, LockFile.Use use)
      throws IOException {
    return openOne(cacheFolder, spec, settings, use, Optional.empty(), List.of());
  }

  private static LogCache openOne(
      Path cacheFolder,
      EmbeddingSpec spec,
      LogSettings settings,
      LockFile.Use use,
      Optional<CacheLock> lock,
      List<LogCache> older)
      throws IOException {
    OwnedThread thread = new OwnedThread("embedctl-cache");
    try {
      return thread.call(
          () -> {
            Namespace namespace = Namespace.of(cacheFolder, spec);
            SetAside aside = new SetAside(settings);
            NamespaceMeta meta =
                use == LockFile.Use.READING
                    ? namespace.metaOrNone(spec)
                    : namespace.metaOrNew(spec, settings, aside);
            LogCache cache =
                new LogCache(namespace, meta, settings, lock, thread, use, aside, older);
            cache.openLog();
            return cache;
          });
    } catch (IOException | RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> found = lookupFrom(0, keys);
    for (LogCache log : older) {
      if (found.size() < keys.size()) {
        Map<CacheKey, Vector> more = new HashMap<>(found);
        more.putAll(
            log.lookupFrom(0, keys.stream().filter(key -> !more.containsKey(key)).toList()));
        found = more;
      }
    }
    return found;
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) throws IOException {
    List<Row> rows = new ArrayList<>(vectors.size());
    long now = settings.now();
    vectors.forEach((key, vector) -> rows.add(new Row(key, vector, now)));
    append(rows);
  }

  /** The slot after the last row that was there when this cache was opened. */
  int firstFreshSlot() {
    return log.map(IndexedLog::rowsAtOpen).orElse(0);
  }

  /** What was found in the logs when they were opened, and since. */
  public CacheCounts counts() {
    return older.stream().map(LogCache::counts).reduce(ownCounts(), CacheCounts::plus);
  }

  private CacheCounts ownCounts() {
    return new CacheCounts(
        log.map(IndexedLog::rowsAtOpen).orElse(0),
        log.map(IndexedLog::damaged).orElse(0),
        aside.madeAnew(),
        aside.files(),
        aside.failure(),
        indexFailure);
  }

  /** Forces what was stored, seals an index where it is due, and gives the lock back. */
  @Override
  public void close() throws IOException {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        try {
          closeOlder();
        } finally {
          closeOnce();
        }
      }
    } finally {
      closing.unlock();
    }
  }

  Map<CacheKey, Vector> lookupFrom(int slot, List<CacheKey> keys) throws IOException {
    Optional<IndexedLog> now = log;
    return now.isPresent() && !keys.isEmpty() ? now.get().lookup(keys, slot) : Map.of();
  }

  /** Stores rows that may be older than now. */
  void append(List<Row> rows) throws IOException {
    if (!writes) {
      throw new IllegalStateException("this cache was opened to read only");
    }
    if (rows.isEmpty()) {
      return;
    }
    thread.call(
        () -> {
          logFor(rows).append(rows);
          forcer.wake();
          return rows.size();
        });
  }

  /** The floats of each vector, once the first was stored. */
  Optional<Integer> dimensions() {
    return log.map(IndexedLog::dimensions);
  }

  private void openLog() throws IOException {
    if (writes) {
      Namespace.emptyTrash(namespace.folder().toAbsolutePath().getParent());
      namespace.removeLeftovers(meta);
      Path folder = namespace.log(meta).folder();
      CacheFiles.createOwnFolder(folder);
      logFolder = CacheFiles.identity(folder);
      if (!Files.isWritable(folder)) {
        throw new AccessDeniedException(folder.toString());
      }
    }
    if (meta.layout().isPresent()) {
      log = Optional.of(openLog(meta.layout().get()));
    }
  }

  private IndexedLog openLog(RowLayout layout) throws IOException {
    LogFiles files = namespace.log(meta);
    if (!writes) {
      return IndexedLog.forReading(files, layout, meta.name(), settings, thread);
    }
    IndexedLog opened = IndexedLog.forWriting(files, layout, meta.name(), settings, thread);
    try {
      opened.setAsideAtOpen(aside);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The log, which takes its dimension from the first vectors. Own thread. */
  private IndexedLog logFor(List<Row> rows) throws IOException {
    int dimensions =
        log.map(IndexedLog::dimensions).orElseGet(() -> rows.getFirst().vector().dimensions());
    for (Row row : rows) {
      if (row.vector().dimensions() != dimensions) {
        throw otherDimensions(row.vector().dimensions(), dimensions);
      }
    }
    if (log.isEmpty()) {
      RowLayout layout = RowLayout.within(settings.segmentBytes(), dimensions);
      NamespaceMeta known = meta.withLayout(layout);
      namespace.write(known);
      meta = known;
      log = Optional.of(openLog(layout));
    }
    return log.get();
  }

  private RunFailed otherDimensions(int came, int expected) {
    return new RunFailed(
        ("the cache %s holds vectors of %d dimensions, and %s %s now sent one of %d: "
                + "use another "
                + Parameter.CACHE
                + ", or remove the old ones with embedctl cache clear")
            .formatted(
                namespace.folder(), expected, meta.spec().provider(), meta.spec().model(), came));
  }

  private boolean force() throws IOException {
    if (log.isPresent()) {
      log.get().force();
    }
    return true;
  }

  private void closeOlder() throws IOException {
    for (LogCache log : older) {
      log.close();
    }
  }

  private void closeOnce() throws IOException {
    try {
      forcer.end();
      thread.call(
          () -> {
            checkThatItIsThere();
            if (log.isPresent()) {
              closeLog(log.get());
            }
            return true;
          });
    } finally {
      thread.close();
      lock.ifPresent(CacheLock::close);
    }
  }

  private void closeLog(IndexedLog open) throws IOException {
    try (open) {
      if (writes) {
        open.force();
        // Rows whose force failed once may be lost though later ones succeed.
        forcer.rethrowFailure();
        open.setAside(aside);
        seal(open);
      }
    }
  }

  /** What is written to files that bear their names no more is lost when they are closed. */
  private void checkThatItIsThere() throws IOException {
    boolean there =
        !writes
            || (logFolder.equals(CacheFiles.identity(namespace.log(meta).folder()))
                && (log.isEmpty() || log.get().isThere()));
    if (!there) {
      throw new RunFailed(
          "the cache folder "
              + namespace.folder().getParent()
              + " was deleted, moved or replaced during the run, so its new vectors would be paid"
              + " for again; the output is not touched by it");
    }
  }

  private void seal(IndexedLog open) {
    try {
      open.sealIfDue();
    } catch (IOException e) {
      // The index is derived: the next start scans instead.
      indexFailure = Optional.of(CacheFiles.reason(e));
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
