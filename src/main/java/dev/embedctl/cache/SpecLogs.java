package dev.embedctl.cache;

import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All logs of one spec: the one that this process appends to, if it writes, and those that other
 * processes append to, which it only reads.
 *
 * <p>The first writing process has the main log. Another one has a side log, until the next process
 * with the main log adopts its rows.
 */
final class SpecLogs {
  private final Namespace main;
  private final EmbeddingSpec spec;
  private final LogSettings settings;
  private final OwnedThread thread;
  private final Optional<OpenLog> own;
  private final Optional<Closeable> place;
  private final Optional<DoubtedLog> doubted;
  private final Optional<Claims> claims;
  private final Map<Path, OpenLog> sides = new LinkedHashMap<>();
  private final int firstFreshSlot;
  private Optional<OpenLog> mainOfOther = Optional.empty();
  private volatile List<OpenLog> others = List.of();

  private SpecLogs(
      Namespace main,
      EmbeddingSpec spec,
      LogSettings settings,
      OwnedThread thread,
      Optional<OpenLog> own,
      Optional<Closeable> place,
      Optional<DoubtedLog> doubted,
      Optional<Claims> claims) {
    this.main = main;
    this.spec = spec;
    this.settings = settings;
    this.thread = thread;
    this.own = own;
    this.place = place;
    this.doubted = doubted;
    this.claims = claims;
    this.firstFreshSlot = own.map(OpenLog::end).orElse(0);
  }

  /** Opens the logs, one of them for appending: the main log unless another process has it. */
  static SpecLogs forWriting(
      Path cacheFolder,
      EmbeddingSpec spec,
      LogSettings settings,
      OwnedThread thread,
      LogPlaces places)
      throws IOException {
    Namespace main = Namespace.of(cacheFolder, spec);
    for (int number = 0; number < LogPlaces.MOST_LOGS; number++) {
      Optional<Closeable> place = places.tryLog(main, number);
      if (place.isPresent()) {
        Namespace own = number == 0 ? main : main.side(number);
        return holding(place.get(), own, main, spec, settings, thread, places);
      }
    }
    throw new IOException("too many processes write to " + main.folder());
  }

  /** Opens the logs for reading, but repairs the main log unless another process has it. */
  static SpecLogs forRepair(
      Path cacheFolder,
      EmbeddingSpec spec,
      LogSettings settings,
      OwnedThread thread,
      LogPlaces places)
      throws IOException {
    Namespace main = Namespace.of(cacheFolder, spec);
    Optional<Closeable> place = places.tryLog(main, 0);
    return place.isPresent()
        ? holding(place.get(), main, main, spec, settings, thread, places)
        : forReading(cacheFolder, spec, settings, thread);
  }

  /** Opens the existing logs for reading. */
  static SpecLogs forReading(
      Path cacheFolder, EmbeddingSpec spec, LogSettings settings, OwnedThread thread)
      throws IOException {
    Namespace main = Namespace.of(cacheFolder, spec);
    SpecLogs logs =
        new SpecLogs(
            main,
            spec,
            settings,
            thread,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    logs.lookAtOthers();
    return logs;
  }

  private static SpecLogs holding(
      Closeable place,
      Namespace ownFolder,
      Namespace main,
      EmbeddingSpec spec,
      LogSettings settings,
      OwnedThread thread,
      LogPlaces places)
      throws IOException {
    try {
      OpenLog own = OpenLog.forWriting(ownFolder, spec, settings, thread);
      if (ownFolder.equals(main)) {
        new Adoption(own, spec, settings, thread, places).run();
      }
      SpecLogs logs =
          new SpecLogs(
              main,
              spec,
              settings,
              thread,
              Optional.of(own),
              Optional.of(place),
              Optional.of(new DoubtedLog(main, spec, settings, thread, places)),
              Optional.of(Claims.of(main, ownFolder, places)));
      logs.lookAtOthers();
      return logs;
    } catch (IOException | RuntimeException e) {
      place.close();
      throw e;
    }
  }

  /** Finds the vectors of keys in any log. Any thread. */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> found = lookupOwn(keys, 0);
    if (found.size() == keys.size()) {
      return found;
    }
    Map<CacheKey, Vector> all = new HashMap<>(found);
    for (OpenLog other : thread.call(this::lookAtOthers)) {
      List<CacheKey> missing = keys.stream().filter(key -> !all.containsKey(key)).toList();
      if (!missing.isEmpty() && isOfSameDimensions(other)) {
        all.putAll(other.lookup(missing, 0));
      }
    }
    return all;
  }

  /** Finds vectors that this process has stored, from a slot of its log on. Any thread. */
  Map<CacheKey, Vector> lookupOwn(List<CacheKey> keys, int fromSlot) throws IOException {
    Map<CacheKey, Vector> found = own.isPresent() ? own.get().lookup(keys, fromSlot) : Map.of();
    Map<CacheKey, Vector> uncertain = doubted.isPresent() ? doubted.get().lookup(keys) : Map.of();
    if (uncertain.isEmpty()) {
      return found;
    }
    Map<CacheKey, Vector> all = new HashMap<>(found);
    all.putAll(uncertain);
    return all;
  }

  /**
   * Claims the right to pay for texts, and looks up their vectors again, since another process may
   * have stored them meanwhile. Any thread.
   */
  VectorCache.Claim claim(List<CacheKey> keys) throws IOException {
    Claims mine = claims.orElseThrow(SpecLogs::readsOnly);
    Set<CacheKey> granted = thread.call(() -> mine.claim(keys));
    try {
      Map<CacheKey, Vector> found = lookup(keys);
      Set<CacheKey> missing = new HashSet<>(granted);
      missing.removeAll(found.keySet());
      return new VectorCache.Claim(found, missing, () -> release(mine, granted));
    } catch (IOException | RuntimeException e) {
      release(mine, granted);
      throw e;
    }
  }

  private void release(Claims mine, Set<CacheKey> granted) {
    try {
      thread.call(
          () -> {
            mine.release(granted);
            return true;
          });
    } catch (IOException e) {
      return; // the thread has ended; the claims end with the process
    }
  }

  /** The slot after the last row of the own log at its opening. */
  int firstFreshSlot() {
    return firstFreshSlot;
  }

  /** Appends rows, which may be older than now. Any thread. */
  void append(List<Row> rows) throws IOException {
    OpenLog log = own.orElseThrow(SpecLogs::readsOnly);
    for (Row row : rows) {
      int came = row.vector().dimensions();
      log.checkDimensions(came, dimensions().orElse(came));
    }
    log.append(rows);
  }

  /** Appends rows that may have to be forgotten. Any thread. */
  void appendDoubted(List<Row> rows) throws IOException {
    DoubtedLog log = doubted.orElseThrow(SpecLogs::readsOnly);
    thread.call(
        () -> {
          log.append(rows);
          return true;
        });
  }

  /** Forgets the rows that this process has appended so. Any thread. */
  void forgetDoubted() throws IOException {
    DoubtedLog log = doubted.orElseThrow(SpecLogs::readsOnly);
    thread.call(
        () -> {
          log.forget();
          return true;
        });
  }

  /** Whether the server's encoding is confirmed. Any thread. */
  boolean knowsEncoding() {
    return main.knowsEncoding();
  }

  /** Stores that the server's encoding is confirmed. Any thread. */
  void confirmEncoding() throws IOException {
    thread.call(
        () -> {
          main.confirmEncoding();
          return true;
        });
  }

  private static IllegalStateException readsOnly() {
    return new IllegalStateException("this cache was opened for reading only");
  }

  /** The dimensions of the vectors, once the first was stored. */
  Optional<Integer> dimensions() {
    return own.flatMap(OpenLog::dimensions)
        .or(() -> others.stream().flatMap(log -> log.dimensions().stream()).findFirst());
  }

  /** The state of the logs. */
  CacheCounts counts() {
    CacheCounts counts = CacheCounts.NONE;
    for (OpenLog other : others) {
      counts = counts.plus(other.counts());
    }
    return own.map(OpenLog::counts).orElse(CacheCounts.NONE).plus(counts);
  }

  /** Closes the logs and releases the own one. */
  void close() throws IOException {
    try {
      for (OpenLog other : others) {
        other.close();
      }
    } finally {
      closeDoubted();
    }
  }

  private void closeDoubted() throws IOException {
    try {
      if (doubted.isPresent()) {
        doubted.get().close();
      }
    } finally {
      closeOwn();
    }
  }

  private void closeOwn() throws IOException {
    try {
      if (own.isPresent()) {
        own.get().close();
      }
    } finally {
      if (place.isPresent()) {
        thread.call(
            () -> {
              try {
                claims.orElseThrow().close();
              } finally {
                place.get().close();
              }
              return true;
            });
      }
    }
  }

  private boolean isOfSameDimensions(OpenLog other) {
    return dimensions().equals(other.dimensions());
  }

  /**
   * The logs of other processes, with all rows appended so far. The main log is the last, since it
   * contains the rows of a side log before that is removed. Own thread.
   */
  private List<OpenLog> lookAtOthers() throws IOException {
    boolean more = false;
    for (Namespace side : main.sides()) {
      if (!sides.containsKey(side.folder()) && !isOwn(side)) {
        more |= open(side);
      }
    }
    for (OpenLog side : sides.values()) {
      growSide(side);
    }
    if (own.isEmpty() || !isOwn(main)) {
      if (mainOfOther.isEmpty()) {
        mainOfOther = Optional.of(OpenLog.forReading(main, spec, settings, thread));
        more = true;
      } else {
        mainOfOther.get().grow();
      }
    }
    if (more) {
      others = Stream.concat(sides.values().stream(), mainOfOther.stream()).toList();
    }
    return others;
  }

  private boolean isOwn(Namespace log) {
    return own.filter(mine -> mine.namespace().equals(log)).isPresent()
        || doubted.filter(mine -> mine.isAt(log)).isPresent();
  }

  /** Opens a log; empty if it is being created or adopted, or is damaged. */
  private boolean open(Namespace side) {
    try {
      sides.put(side.folder(), OpenLog.forReading(side, spec, settings, thread));
      return true;
    } catch (IOException | RunFailed e) {
      return false;
    }
  }

  private static void growSide(OpenLog side) throws IOException {
    if (Files.exists(side.namespace().folder())) {
      try {
        side.grow();
      } catch (IOException | RunFailed e) {
        if (Files.exists(side.namespace().folder())) {
          throw e;
        }
      }
    }
  }
}
