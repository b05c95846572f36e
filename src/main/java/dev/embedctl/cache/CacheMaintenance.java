package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.CacheLock;
import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Operations on a whole cache folder. Each takes the lock that it needs: reading works beside a
 * run, a change waits until no other process uses the cache. A missing folder is an empty cache.
 * Each throws {@link RunFailed} if the cache cannot be used or is locked for too long.
 */
public final class CacheMaintenance {
  /**
   * The size of one spec's vectors, without reading them.
   *
   * @param name its folder's name
   * @param spec the spec; empty if the folder is damaged or of another version
   * @param rows the number of vectors, including replaced ones
   * @param bytes the size of all its files
   */
  public record NamespaceSize(String name, Optional<EmbeddingSpec> spec, long rows, long bytes) {
    public NamespaceSize {
      Objects.requireNonNull(name);
      Objects.requireNonNull(spec);
    }
  }

  private final Path cacheFolder;
  private final LockTerms terms;
  private final LogSettings settings;

  public CacheMaintenance(Path cacheFolder, LockTerms terms, InstantSource clock) {
    this(cacheFolder, terms, LogSettings.usual(clock));
  }

  CacheMaintenance(Path cacheFolder, LockTerms terms, LogSettings settings) {
    this.cacheFolder = cacheFolder;
    this.terms = terms;
    this.settings = settings;
  }

  /** The statistics of the cache. Reads all of it. */
  public CacheStats stats() {
    return locked(
        LockFile.Use.READING,
        new CacheStats(List.of()),
        () -> {
          Map<EmbeddingSpec, CacheStats.Part> parts = new LinkedHashMap<>();
          forEachLog(
              log -> {
                CacheStats.Part part = stats(log); // side logs come before their main log
                parts.merge(part.spec(), part, (sides, later) -> later.with(sides));
              });
          return new CacheStats(List.copyOf(parts.values()));
        });
  }

  /** Checks the cache for damage. Reads all of it. */
  public VerifyReport verify() {
    return locked(
        LockFile.Use.READING,
        new VerifyReport(List.of()),
        () -> {
          List<VerifyReport.Part> parts = new ArrayList<>();
          forEachLog(log -> parts.add(new Verification(log, settings.opener()).run()));
          return new VerifyReport(parts);
        });
  }

  /** The specs of the vectors in the cache, without reading the vectors. */
  public List<EmbeddingSpec> specs() {
    return locked(
        LockFile.Use.READING,
        List.of(),
        () -> {
          List<EmbeddingSpec> specs = new ArrayList<>();
          for (Namespace namespace : Namespace.allIn(cacheFolder)) {
            specs.add(namespace.meta().spec());
          }
          return specs;
        });
  }

  /**
   * The specs of intact logs, those that were written last first. Takes no lock: each description
   * is complete once it is there, and a run must not wait here for maintenance.
   */
  public static List<EmbeddingSpec> recentSpecs(Path cacheFolder) {
    if (!Files.isDirectory(cacheFolder)) {
      return List.of();
    }
    List<Written> written = new ArrayList<>();
    try {
      for (Namespace namespace : Namespace.allIn(cacheFolder)) {
        Optional<EmbeddingSpec> spec = specOf(namespace);
        if (spec.isPresent()) {
          written.add(new Written(spec.get(), namespace.lastWritten()));
        }
      }
    } catch (IOException e) {
      throw new RunFailed("the cache " + cacheFolder + " cannot be read: " + e.getMessage(), e);
    }
    // Comparator's own can be serialised, so no start-up cache holds their classes: 2 ms a run.
    written.sort((one, other) -> other.time().compareTo(one.time()));
    return written.stream().map(Written::spec).toList();
  }

  private record Written(EmbeddingSpec spec, FileTime time) {}

  /** The size of the data that {@link #clear} would remove. */
  public List<NamespaceSize> sizes(NamespaceFilter filter) {
    return locked(
        LockFile.Use.READING,
        List.of(),
        () -> {
          List<NamespaceSize> sizes = new ArrayList<>();
          for (Namespace namespace : matching(filter)) {
            sizes.add(
                new NamespaceSize(
                    namespace.name(),
                    specOf(namespace),
                    rowsOf(namespace),
                    CacheFiles.bytesOf(namespace.folder())));
          }
          return sizes;
        });
  }

  /** Copies the live rows and drops the others: replaced, damaged and set-aside rows. */
  public CleanReport compact() {
    return locked(
        LockFile.Use.MAINTAINING,
        CleanReport.NOTHING,
        () -> {
          CleanReport report = CleanReport.NOTHING;
          for (Namespace namespace : cleanNamespaces(NamespaceFilter.ALL)) {
            report = report.plus(compact(namespace));
          }
          return report;
        });
  }

  /** Drops the oldest vectors as requested, and data that was set aside. */
  public CleanReport prune(PruneRequest request) {
    return locked(
        LockFile.Use.MAINTAINING,
        CleanReport.NOTHING,
        () -> {
          Pruning pruning = new Pruning(settings);
          try {
            return prune(request, pruning);
          } finally {
            pruning.end();
          }
        });
  }

  /** Removes all vectors that the filter matches; {@link NamespaceFilter#ALL} of any format. */
  public CleanReport clear(NamespaceFilter filter) {
    return locked(
        LockFile.Use.MAINTAINING,
        CleanReport.NOTHING,
        () -> {
          CleanReport report = CleanReport.NOTHING;
          Namespace.emptyTrash(cacheFolder);
          for (Namespace namespace : matching(filter)) {
            long rows = rowsOf(namespace);
            long bytes = CacheFiles.bytesOf(namespace.folder());
            namespace.remove();
            report = report.plus(new CleanReport(1, rows, 0, bytes, 0));
          }
          return report;
        });
  }

  /**
   * Passes on all vectors, but not those whose keys the receiver has already.
   *
   * @throws IOException if the receiver fails
   */
  public CopyReport exportTo(RowExport.Receiver receiver, NamespaceFilter filter)
      throws IOException {
    try {
      return lockedTask(
          LockFile.Use.READING, CopyReport.NOTHING, () -> export(new RowExport(receiver), filter));
    } catch (RowExport.ReceiverFailed e) {
      throw e.failure();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Imports vectors. Those that exist already do not change.
   *
   * @throws dev.embedctl.model.EmbedctlException.InvalidInput if the source throws it; the rows
   *     before it are kept
   */
  public CopyReport importFrom(RowImport.Source source) {
    try {
      CacheFiles.createFolder(cacheFolder);
    } catch (IOException e) {
      throw failed(e);
    }
    return locked(
        LockFile.Use.MAINTAINING,
        CopyReport.NOTHING,
        () -> {
          try (RowImport rows = new RowImport(cacheFolder, settings)) {
            try {
              source.sendTo(rows);
            } finally {
              rows.store();
            }
            return rows.report();
          }
        });
  }

  private CacheStats.Part stats(Namespace namespace) throws IOException {
    NamespaceMeta meta = namespace.meta();
    Optional<RowLayout> layout = meta.layout();
    if (layout.isEmpty()) {
      return new CacheStats.Part(
          namespace.name(),
          meta.spec(),
          OptionalInt.empty(),
          0,
          0,
          0,
          namespace.bytes(meta),
          namespace.setAside(meta),
          Optional.empty(),
          Optional.empty());
    }
    try (Survey survey = survey(namespace, meta, layout.get())) {
      return new CacheStats.Part(
          namespace.name(),
          meta.spec(),
          OptionalInt.of(layout.get().dimensions()),
          survey.rows(),
          survey.live().cardinality(),
          survey.damaged().cardinality(),
          namespace.bytes(meta),
          namespace.setAside(meta),
          survey.oldest(),
          survey.newest());
    }
  }

  private CleanReport compact(Namespace namespace) throws IOException {
    NamespaceMeta meta = namespace.meta();
    Optional<RowLayout> layout = meta.layout();
    if (layout.isEmpty()) {
      return CleanReport.NOTHING;
    }
    try (Survey survey = survey(namespace, meta, layout.get())) {
      BitSet kept = survey.live();
      boolean indexed = !namespace.log(meta).indexes().isEmpty();
      boolean indexDue = settings.sealIsDue(0, kept.cardinality());
      if (survey.isDense() && (indexed || !indexDue)) {
        long bytes = namespace.bytes(meta);
        return new CleanReport(0, survey.rows(), survey.rows(), bytes, bytes);
      }
      return rewrite(namespace, meta, survey, kept);
    }
  }

  private CleanReport prune(PruneRequest request, Pruning pruning) throws IOException {
    List<Namespace> namespaces = cleanNamespaces(request.filter());
    List<Namespace> filled = new ArrayList<>();
    long bytes = 0;
    for (Namespace namespace : namespaces) {
      NamespaceMeta meta = namespace.meta();
      bytes += namespace.bytes(meta);
      if (meta.layout().isPresent()) {
        RowLayout layout = meta.layout().get();
        pruning.add(namespace, layout, survey(namespace, meta, layout));
        filled.add(namespace);
      }
    }
    if (request.olderThan().isPresent()) {
      pruning.dropBefore(settings.clock().instant().minus(request.olderThan().get()));
    }
    boolean tooBig = request.maxBytes().isPresent() && bytes > request.maxBytes().getAsLong();
    if (tooBig) {
      pruning.dropOldestDownTo(request.maxBytes().getAsLong(), filled);
    }
    CleanReport report = CleanReport.NOTHING;
    for (Namespace namespace : filled) {
      report = report.plus(drop(namespace, pruning, tooBig));
    }
    return report;
  }

  /** If no vector is dropped, a cache is rewritten for its wasted space only if it is too big. */
  private CleanReport drop(Namespace namespace, Pruning pruning, boolean tooBig)
      throws IOException {
    NamespaceMeta meta = namespace.meta();
    Survey survey = pruning.survey(namespace);
    BitSet kept = pruning.kept(namespace);
    if (kept.equals(survey.live()) && (survey.isDense() || !tooBig)) {
      long bytes = namespace.bytes(meta);
      return new CleanReport(0, survey.rows(), survey.rows(), bytes, bytes);
    }
    return rewrite(namespace, meta, survey, kept);
  }

  private CleanReport rewrite(Namespace namespace, NamespaceMeta meta, Survey survey, BitSet kept)
      throws IOException {
    long before = namespace.bytes(meta);
    if (kept.isEmpty()) {
      namespace.remove();
      return new CleanReport(1, survey.rows(), 0, before, 0);
    }
    new Compaction(namespace, meta, settings).keep(kept);
    long after = namespace.bytes(namespace.meta());
    return new CleanReport(1, survey.rows(), kept.cardinality(), before, after);
  }

  private CopyReport export(RowExport export, NamespaceFilter filter) throws IOException {
    forEachLog(
        log -> {
          NamespaceMeta meta = log.meta();
          if (filter.matches(meta.spec()) && meta.layout().isPresent()) {
            RowLayout layout = meta.layout().get();
            try (Survey survey = survey(log, meta, layout)) {
              RowScanner rows = new RowScanner(log.log(meta), layout, settings.opener());
              export.add(meta.spec(), survey, rows);
            }
          }
        });
    return export.end();
  }

  /** Reads a log. */
  @FunctionalInterface
  private interface Look {
    void at(Namespace log) throws IOException;
  }

  /**
   * Reads all logs. Side logs come before their main log: a process that adopts one meanwhile
   * removes it only after its rows are in the main log.
   */
  private void forEachLog(Look look) throws IOException {
    for (Namespace main : Namespace.allIn(cacheFolder)) {
      for (Namespace side : main.sides()) {
        try {
          look.at(side);
        } catch (IOException | RunFailed e) {
          if (Files.exists(side.folder())) {
            throw e;
          }
        }
      }
      look.at(main);
    }
  }

  private Survey survey(Namespace namespace, NamespaceMeta meta, RowLayout layout)
      throws IOException {
    return Survey.of(namespace.log(meta), layout, settings.opener());
  }

  /** The namespaces that match, without leftovers and data that was set aside. */
  private List<Namespace> cleanNamespaces(NamespaceFilter filter) throws IOException {
    List<Namespace> matching = new ArrayList<>();
    Namespace.emptyTrash(cacheFolder);
    for (Namespace namespace : Namespace.allIn(cacheFolder)) {
      NamespaceMeta meta = namespace.meta();
      if (filter.matches(meta.spec())) {
        if (!namespace.sides().isEmpty()) {
          LogCache.openAlone(cacheFolder, meta.spec(), settings).close(); // it adopts them
          meta = namespace.meta();
        }
        namespace.removeLeftovers(meta);
        namespace.removeSetAside(meta);
        matching.add(namespace);
      }
    }
    return matching;
  }

  /** The namespaces that match; all of them, of any format, without a name. */
  private List<Namespace> matching(NamespaceFilter filter) throws IOException {
    List<Namespace> matching = new ArrayList<>();
    for (Namespace namespace : Namespace.allIn(cacheFolder)) {
      if (filter.equals(NamespaceFilter.ALL) || filter.matches(namespace.meta().spec())) {
        matching.add(namespace);
      }
    }
    return matching;
  }

  private static Optional<EmbeddingSpec> specOf(Namespace namespace) throws IOException {
    try {
      return Optional.of(namespace.meta().spec());
    } catch (RunFailed unreadable) {
      return Optional.empty();
    }
  }

  /** The rows as far as they are readable: a namespace to be removed may have any format. */
  private static long rowsOf(Namespace namespace) throws IOException {
    long rows = 0;
    for (Namespace side : namespace.sides()) {
      rows += rowsOf(side);
    }
    try {
      NamespaceMeta meta = namespace.meta();
      if (meta.layout().isPresent()) {
        RowLayout layout = meta.layout().get();
        rows += LogFiles.end(layout, namespace.log(meta).rowsBySegment(layout));
      }
      return rows;
    } catch (RunFailed unreadable) {
      return rows;
    }
  }

  private <T> T locked(LockFile.Use use, T ofNoCache, OwnedThread.Task<T> task) {
    try {
      return lockedTask(use, ofNoCache, task);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Runs on a thread that is not interrupted, since that would close channels during a copy. */
  @SuppressWarnings("try") // a lock is held, not referred to
  private <T> T lockedTask(LockFile.Use use, T ofNoCache, OwnedThread.Task<T> task)
      throws IOException {
    if (Files.notExists(cacheFolder)) {
      return ofNoCache;
    }
    if (use == LockFile.Use.READING && !LockFile.mayExistIn(cacheFolder)) {
      return OwnedThread.once("embedctl-cache-maintenance", task);
    }
    try (CacheLock held = CacheLock.acquire(cacheFolder, use, terms)) {
      return OwnedThread.once("embedctl-cache-maintenance", task);
    }
  }

  private RunFailed failed(IOException cause) {
    return new RunFailed(
        "the cache " + cacheFolder + " failed: " + CacheFiles.reason(cause), cause);
  }
}
