package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.Forcer;
import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An open log: its folder, its meta, and its rows, if there are any. */
final class OpenLog {
  private final Namespace namespace;
  private final EmbeddingSpec spec;
  private final LogSettings settings;
  private final OwnedThread thread;
  private final boolean writes;
  private final SetAside aside;
  private final Forcer forcer = new Forcer(this::force);
  private Optional<Object> logFolder = Optional.empty();
  private volatile NamespaceMeta meta;
  private volatile Optional<IndexedLog> rows = Optional.empty();
  private volatile Optional<String> indexFailure = Optional.empty();

  private OpenLog(
      Namespace namespace,
      EmbeddingSpec spec,
      NamespaceMeta meta,
      LogSettings settings,
      OwnedThread thread,
      boolean writes,
      SetAside aside) {
    this.namespace = namespace;
    this.spec = spec;
    this.meta = meta;
    this.settings = settings;
    this.thread = thread;
    this.writes = writes;
    this.aside = aside;
  }

  /** Opens a log for appending; creates it if it does not exist. Own thread. */
  static OpenLog forWriting(
      Namespace namespace, EmbeddingSpec spec, LogSettings settings, OwnedThread thread)
      throws IOException {
    SetAside aside = new SetAside(settings);
    NamespaceMeta meta = namespace.metaOrNew(spec, settings, aside);
    OpenLog log = new OpenLog(namespace, spec, meta, settings, thread, true, aside);
    log.openToAppend();
    return log;
  }

  /** Opens the rows that a log has now. Own thread. */
  static OpenLog forReading(
      Namespace namespace, EmbeddingSpec spec, LogSettings settings, OwnedThread thread)
      throws IOException {
    NamespaceMeta meta = namespace.metaOrNone(spec);
    OpenLog log =
        new OpenLog(namespace, spec, meta, settings, thread, false, new SetAside(settings));
    log.openToRead();
    return log;
  }

  Namespace namespace() {
    return namespace;
  }

  /** Finds the vectors of keys in rows from a slot on. Any thread. */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys, int fromSlot) throws IOException {
    Optional<IndexedLog> now = rows;
    return now.isPresent() && !keys.isEmpty() ? now.get().lookup(keys, fromSlot) : Map.of();
  }

  /** Finds vectors of keys that come in the order of the rows. Any thread. */
  void readFollowing(List<CacheKey> keys, VectorCache.Found found) throws IOException {
    Optional<IndexedLog> now = rows;
    if (now.isPresent()) {
      now.get().readFollowing(keys, found);
    }
  }

  /** Reads rows that another process has appended. Own thread. */
  void grow() throws IOException {
    if (rows.isPresent()) {
      rows.get().grow();
    } else {
      meta = namespace.metaOrNone(spec);
      openToRead();
    }
  }

  /** Appends rows, which may be older than now. Any thread. */
  void append(List<Row> added) throws IOException {
    if (added.isEmpty()) {
      return;
    }
    thread.call(
        () -> {
          logFor(added).append(added);
          forcer.wake();
          return added.size();
        });
  }

  /** Whether there is a row with this key that is not older than a time. Own thread. */
  boolean holdsSince(CacheKey key, long created) throws IOException {
    return rows.isPresent() && rows.get().holdsSince(key, created);
  }

  /** Whether the newest row with this key is from before a time. Own thread. */
  boolean holdsBefore(CacheKey key, long time) throws IOException {
    return rows.isPresent() && rows.get().holdsBefore(key, time);
  }

  /** Whether the first row is from before a time. Own thread. */
  boolean beganBefore(long time) throws IOException {
    return rows.isPresent() && rows.get().beganBefore(time);
  }

  /** The slot after the last row. Own thread. */
  int end() {
    return rows.map(IndexedLog::end).orElse(0);
  }

  /** The dimensions of the vectors, once the first was stored. */
  Optional<Integer> dimensions() {
    return rows.map(IndexedLog::dimensions);
  }

  /** The state of the log as found at opening and since. */
  CacheCounts counts() {
    return new CacheCounts(
        rows.map(IndexedLog::rowsAtOpen).orElse(0),
        rows.map(IndexedLog::damaged).orElse(0),
        aside.madeAnew(),
        aside.files(),
        aside.failure(),
        indexFailure);
  }

  /** Makes all rows survive a power cut. Any thread that is never interrupted. */
  boolean force() throws IOException {
    if (rows.isPresent()) {
      rows.get().force();
    }
    return true;
  }

  /**
   * Makes all rows survive a power cut, those appended before included. Any thread.
   *
   * @throws IOException if this or an earlier force failed, since rows may be lost then
   */
  void forceNow() throws IOException {
    thread.run(
        () -> {
          force();
          forcer.rethrowFailure();
        });
  }

  /** Forces the appended rows and seals an index if one is due. */
  void close() throws IOException {
    forcer.end();
    thread.run(
        () -> {
          checkThatItIsThere();
          if (rows.isPresent()) {
            close(rows.get());
          }
        });
  }

  /** Closes a log whose rows were adopted. Own thread. */
  void abandon() throws IOException {
    forcer.end();
    if (rows.isPresent()) {
      rows.get().close();
    }
  }

  private void openToAppend() throws IOException {
    Namespace.emptyTrash(namespace.cacheFolder());
    namespace.removeLeftovers(meta);
    Path folder = namespace.log(meta).folder();
    CacheFiles.createOwnFolder(folder);
    logFolder = CacheFiles.identity(folder);
    if (!Files.isWritable(folder)) {
      throw new AccessDeniedException(folder.toString());
    }
    if (meta.layout().isPresent()) {
      rows = Optional.of(openRows(meta.layout().get()));
    }
  }

  private void openToRead() throws IOException {
    if (meta.layout().isPresent()) {
      rows =
          Optional.of(
              IndexedLog.forReading(
                  namespace.log(meta), meta.layout().get(), meta.name(), settings, thread));
    }
  }

  private IndexedLog openRows(RowLayout layout) throws IOException {
    IndexedLog opened =
        IndexedLog.forWriting(namespace.log(meta), layout, meta.name(), settings, thread);
    try {
      opened.setAsideAtOpen(aside);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The log; its dimensions are those of the first vectors. Own thread. */
  private IndexedLog logFor(List<Row> added) throws IOException {
    if (!writes) {
      throw new IllegalStateException("this log was opened for reading only");
    }
    int dimensions = dimensions().orElseGet(() -> added.getFirst().vector().dimensions());
    for (Row row : added) {
      checkDimensions(row.vector().dimensions(), dimensions);
    }
    if (rows.isEmpty()) {
      RowLayout layout = RowLayout.within(settings.segmentBytes(), dimensions);
      NamespaceMeta known = meta.withLayout(layout);
      namespace.write(known);
      meta = known;
      rows = Optional.of(openRows(layout));
    }
    return rows.get();
  }

  /**
   * Refuses a vector that cannot belong to this spec.
   *
   * @throws RunFailed if its dimensions differ from those of the others
   */
  void checkDimensions(int came, int expected) {
    if (came != expected) {
      throw new RunFailed(
          ("the cache %s holds vectors of %d dimensions, and %s %s now sent one of %d: "
                  + "use another "
                  + Parameter.CACHE
                  + ", or remove the old ones with embedctl cache clear")
              .formatted(namespace.folder(), expected, spec.provider(), spec.model(), came));
    }
  }

  private void close(IndexedLog open) throws IOException {
    try (open) {
      if (writes) {
        open.force();
        // After a failed force, rows may be lost even if a later force succeeds.
        forcer.rethrowFailure();
        open.setAside(aside);
        seal(open);
      }
    }
  }

  /** Reports files that were renamed or removed, since their data is lost when they are closed. */
  private void checkThatItIsThere() throws IOException {
    boolean there =
        !writes
            || (logFolder.equals(CacheFiles.identity(namespace.log(meta).folder()))
                && (rows.isEmpty() || rows.get().isThere()));
    if (!there) {
      throw new RunFailed(
          "the cache folder "
              + namespace.cacheFolder()
              + " was deleted, moved or replaced during the run, so its new vectors are not stored;"
              + " the output is not affected");
    }
  }

  private void seal(IndexedLog open) {
    try {
      open.sealIfDue();
    } catch (IOException e) {
      // The index is derived data: the next start scans the rows instead.
      indexFailure = Optional.of(CacheFiles.reason(e));
    }
  }
}
