package dev.embedctl.cache;

import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private final Place place;
  private final Optional<Writer> writer;
  private final Map<Path, OpenLog> sides = new LinkedHashMap<>();
  private final List<OpenLog> removed = new ArrayList<>(); // a look-up may still read them
  private final int firstFreshSlot;
  private Optional<OpenLog> mainOfOther = Optional.empty();
  private volatile List<OpenLog> others = List.of();

  /** Where the logs are, and how they are read and written. */
  private record Place(
      Namespace main, EmbeddingSpec spec, LogSettings settings, OwnedThread thread) {
    OpenLog openForReading(Namespace log) throws IOException {
      return OpenLog.forReading(log, spec, settings, thread);
    }

    Writer openForWriting(Namespace log, Closeable hold, LogPlaces places) throws IOException {
      OpenLog own = OpenLog.forWriting(log, spec, settings, thread);
      if (log.equals(main)) {
        new Adoption(own, spec, settings, thread, places).run();
      }
      return new Writer(
          own,
          hold,
          new DoubtedLog(main, spec, settings, thread, places),
          Claims.of(main, log, places));
    }
  }

  /**
   * The log that this process appends to, and what belongs to it.
   *
   * @param hold keeps other processes from the log
   */
  private record Writer(OpenLog log, Closeable hold, DoubtedLog doubted, Claims claims) {
    boolean has(Namespace other) {
      return log.namespace().equals(other) || doubted.isAt(other);
    }

    void close(OwnedThread thread) throws IOException {
      try {
        doubted.close();
      } finally {
        closeLog(thread);
      }
    }

    private void closeLog(OwnedThread thread) throws IOException {
      try {
        log.close();
      } finally {
        thread.run(
            () -> {
              try {
                claims.close();
              } finally {
                hold.close();
              }
            });
      }
    }
  }

  private SpecLogs(Place place, Optional<Writer> writer) {
    this.place = place;
    this.writer = writer;
    this.firstFreshSlot = writer.map(mine -> mine.log().end()).orElse(0);
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
      Optional<Closeable> hold = places.tryLog(main, number);
      if (hold.isPresent()) {
        Namespace own = number == 0 ? main : main.side(number);
        return writing(new Place(main, spec, settings, thread), own, hold.get(), places);
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
    Optional<Closeable> hold = places.tryLog(main, 0);
    return hold.isPresent()
        ? writing(new Place(main, spec, settings, thread), main, hold.get(), places)
        : forReading(cacheFolder, spec, settings, thread);
  }

  /** Opens the existing logs for reading. */
  static SpecLogs forReading(
      Path cacheFolder, EmbeddingSpec spec, LogSettings settings, OwnedThread thread)
      throws IOException {
    Namespace main = Namespace.of(cacheFolder, spec);
    SpecLogs logs = new SpecLogs(new Place(main, spec, settings, thread), Optional.empty());
    logs.lookAtOthers();
    return logs;
  }

  private static SpecLogs writing(Place place, Namespace own, Closeable hold, LogPlaces places)
      throws IOException {
    try {
      SpecLogs logs = new SpecLogs(place, Optional.of(place.openForWriting(own, hold, places)));
      logs.lookAtOthers();
      return logs;
    } catch (IOException | RuntimeException e) {
      hold.close();
      throw e;
    }
  }

  /** Finds the vectors of keys in any log. Any thread. */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    return lookupOthers(keys, lookupOwn(keys, 0));
  }

  /** Adds the vectors that are still missing, from logs of other processes. */
  private Map<CacheKey, Vector> lookupOthers(List<CacheKey> keys, Map<CacheKey, Vector> before)
      throws IOException {
    Map<CacheKey, Vector> found = lookup(keys, before, lasting());
    return found.size() == keys.size()
        ? found
        : lookup(keys, found, place.thread().call(this::lookAtOthers));
  }

  /** Finds the vectors of keys in any log, by their positions. Any thread. */
  VectorCache.Found find(List<CacheKey> keys) throws IOException {
    VectorCache.Found found = new VectorCache.Found(keys.size());
    if (writer.isPresent() && writer.get().doubted().isEmpty()) {
      writer.get().log().readFollowing(keys, found);
    }
    if (writer.isPresent() && !found.isWhole()) {
      found.putMissing(keys, lookupOwn(found.missing(keys), 0));
    }
    for (OpenLog log : lasting()) {
      if (!found.isWhole() && isOfSameDimensions(log)) {
        log.readFollowing(keys, found);
      }
    }
    if (!found.isWhole()) {
      found.putMissing(keys, lookupOthers(found.missing(keys), Map.of()));
    }
    return found;
  }

  /**
   * The main log of another process, if there are no side logs: its rows stay, so for those the
   * folder is not listed again. Side logs can be newer, and can be removed.
   */
  private List<OpenLog> lasting() {
    List<OpenLog> known = others;
    return known.stream().allMatch(log -> log.namespace().equals(place.main())) ? known : List.of();
  }

  /** Adds the vectors that are still missing, from these logs. */
  private Map<CacheKey, Vector> lookup(
      List<CacheKey> keys, Map<CacheKey, Vector> before, List<OpenLog> logs) throws IOException {
    Map<CacheKey, Vector> found = before;
    for (OpenLog log : logs) {
      if (found.isEmpty() && isOfSameDimensions(log)) {
        found = log.lookup(keys, 0);
      } else if (found.size() < keys.size() && isOfSameDimensions(log)) {
        Map<CacheKey, Vector> all = new HashMap<>(found);
        all.putAll(log.lookup(keys.stream().filter(key -> !all.containsKey(key)).toList(), 0));
        found = all;
      }
    }
    return found;
  }

  /** Finds vectors that this process has stored, from a slot of its log on. Any thread. */
  Map<CacheKey, Vector> lookupOwn(List<CacheKey> keys, int fromSlot) throws IOException {
    if (writer.isEmpty()) {
      return Map.of();
    }
    Map<CacheKey, Vector> found = writer.get().log().lookup(keys, fromSlot);
    Map<CacheKey, Vector> uncertain = writer.get().doubted().lookup(keys);
    if (uncertain.isEmpty()) {
      return found;
    }
    Map<CacheKey, Vector> all = new HashMap<>(found);
    all.putAll(uncertain);
    return all;
  }

  /** Whether a log has rows from before a time. Any thread. */
  boolean beganBefore(long time) throws IOException {
    return place
        .thread()
        .call(
            () -> {
              for (OpenLog log : logs().toList()) {
                if (log.beganBefore(time)) {
                  return true;
                }
              }
              return false;
            });
  }

  /** The first of these keys whose newest row is from before a time. Any thread. */
  Optional<CacheKey> firstStoredBefore(long time, List<CacheKey> keys) throws IOException {
    return place
        .thread()
        .call(
            () -> {
              for (CacheKey key : keys) {
                for (OpenLog log : logs().toList()) {
                  if (log.holdsBefore(key, time)) {
                    return Optional.of(key);
                  }
                }
              }
              return Optional.<CacheKey>empty();
            });
  }

  /** The logs that are read, without the one whose rows are in doubt. */
  private Stream<OpenLog> logs() {
    return Stream.concat(writer.stream().map(Writer::log), others.stream());
  }

  /**
   * Claims the right to pay for texts, and looks up their vectors again, since another process may
   * have stored them meanwhile. Any thread.
   */
  VectorCache.Claim claim(List<CacheKey> keys) throws IOException {
    Claims mine = writer().claims();
    Set<CacheKey> granted = place.thread().call(() -> mine.claim(keys));
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
      place.thread().run(() -> mine.release(granted));
    } catch (IOException e) {
      return; // the thread has ended; the claims end with the process
    }
  }

  /** Whether there are no rows but those that this process has appended. Any thread. */
  boolean hasOnlyOwn() {
    return writer.isPresent() && firstFreshSlot == 0 && others.isEmpty();
  }

  /** The slot after the last row of the own log at its opening. */
  int firstFreshSlot() {
    return firstFreshSlot;
  }

  /** Appends rows, which may be older than now. Any thread. */
  void append(List<Row> rows) throws IOException {
    checkDimensions(rows);
    writer().log().append(rows);
  }

  private void checkDimensions(List<Row> rows) {
    OpenLog log = writer().log();
    for (Row row : rows) {
      int came = row.vector().dimensions();
      log.checkDimensions(came, dimensions().orElse(came));
    }
  }

  /** Appends rows that may have to be forgotten. Any thread. */
  void appendDoubted(List<Row> rows) throws IOException {
    checkDimensions(rows);
    DoubtedLog log = writer().doubted();
    place.thread().run(() -> log.append(rows));
  }

  /** Forgets the rows that this process has appended so. Any thread. */
  void forgetDoubted() throws IOException {
    DoubtedLog log = writer().doubted();
    place.thread().run(() -> log.forget());
  }

  /** Makes the appended rows that are not in doubt survive a power cut. Any thread. */
  void force() throws IOException {
    if (writer.isPresent()) {
      writer.get().log().forceNow();
    }
  }

  /** Whether the server's encoding is confirmed. Any thread. */
  boolean knowsEncoding() {
    return place.main().knowsEncoding();
  }

  /** Stores that the server's encoding is confirmed. Any thread. */
  void confirmEncoding() throws IOException {
    place.thread().run(() -> place.main().confirmEncoding());
  }

  private Writer writer() {
    return writer.orElseThrow(
        () -> new IllegalStateException("this cache was opened for reading only"));
  }

  /** The dimensions of the vectors, once the first was stored. */
  Optional<Integer> dimensions() {
    return writer
        .flatMap(mine -> mine.log().dimensions())
        .or(() -> others.stream().flatMap(log -> log.dimensions().stream()).findFirst());
  }

  /** The state of the logs. */
  CacheCounts counts() {
    CacheCounts counts = CacheCounts.NONE;
    for (OpenLog other : others) {
      counts = counts.plus(other.counts());
    }
    return writer.map(mine -> mine.log().counts()).orElse(CacheCounts.NONE).plus(counts);
  }

  /** Closes the logs and releases the own one. */
  void close() throws IOException {
    try {
      for (OpenLog other : others) {
        other.close();
      }
      for (OpenLog other : removed) {
        other.close();
      }
    } finally {
      if (writer.isPresent()) {
        writer.get().close(place.thread());
      }
    }
  }

  private boolean isOfSameDimensions(OpenLog other) {
    return dimensions().equals(other.dimensions());
  }

  /**
   * The logs of other processes, with all rows appended so far. The main log is the last, since it
   * contains the rows of a side log before that is removed; the rows of a side log that is removed
   * without that are forgotten. Own thread.
   */
  private List<OpenLog> lookAtOthers() throws IOException {
    boolean changed = leaveOutRemoved();
    for (Namespace side : place.main().sides()) {
      if (!sides.containsKey(side.folder()) && !isOwn(side)) {
        changed |= open(side);
      }
    }
    for (OpenLog side : sides.values()) {
      growSide(side);
    }
    if (!isOwn(place.main())) {
      changed |= lookAtMain();
    }
    if (changed) {
      others = Stream.concat(sides.values().stream(), mainOfOther.stream()).toList();
    }
    return others;
  }

  /** Leaves out logs that were adopted or forgotten. */
  private boolean leaveOutRemoved() {
    List<Path> gone = sides.keySet().stream().filter(Files::notExists).toList();
    gone.forEach(folder -> removed.add(sides.remove(folder)));
    return !gone.isEmpty();
  }

  /**
   * Reads the main log of another process. A writer leaves it out if it is damaged: at worst, a
   * text is paid for again.
   *
   * @return whether it was opened
   */
  private boolean lookAtMain() throws IOException {
    try {
      if (mainOfOther.isPresent()) {
        mainOfOther.get().grow();
        return false;
      }
      mainOfOther = Optional.of(place.openForReading(place.main()));
      return true;
    } catch (RunFailed e) {
      if (writer.isEmpty()) {
        throw e;
      }
      return false;
    }
  }

  private boolean isOwn(Namespace log) {
    return writer.filter(mine -> mine.has(log)).isPresent();
  }

  /** Opens a log; empty if it is being created or adopted, or is damaged. */
  private boolean open(Namespace side) {
    try {
      sides.put(side.folder(), place.openForReading(side));
      return true;
    } catch (IOException | RunFailed e) {
      return false;
    }
  }

  /** Leaves a log out that is damaged, or is removed at the moment. */
  private static void growSide(OpenLog side) throws IOException {
    if (Files.exists(side.namespace().folder())) {
      try {
        side.grow();
      } catch (RunFailed e) {
        return;
      } catch (IOException e) {
        if (Files.exists(side.namespace().folder())) {
          throw e;
        }
      }
    }
  }
}
