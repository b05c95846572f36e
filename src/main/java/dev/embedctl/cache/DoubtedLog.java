package dev.embedctl.cache;

import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The vectors of this process that may have to be forgotten. They are in a separate side log,
 * created with the first of them. Forgetting removes the log; otherwise it is adopted like any side
 * log.
 */
final class DoubtedLog {
  private final Namespace main;
  private final EmbeddingSpec spec;
  private final LogSettings settings;
  private final OwnedThread thread;
  private final LogPlaces places;
  private volatile Optional<Held> held = Optional.empty();
  private boolean forgotten;

  /** A log, and its place among the logs of all processes. */
  private record Held(OpenLog log, Closeable place) {}

  DoubtedLog(
      Namespace main,
      EmbeddingSpec spec,
      LogSettings settings,
      OwnedThread thread,
      LogPlaces places) {
    this.main = main;
    this.spec = spec;
    this.settings = settings;
    this.thread = thread;
    this.places = places;
  }

  /** Appends rows, unless rows were forgotten before. Own thread. */
  void append(List<Row> rows) throws IOException {
    if (forgotten) {
      return;
    }
    if (held.isEmpty()) {
      held = Optional.of(open());
    }
    held.get().log().append(rows);
  }

  /** Whether it has no vectors. Any thread. */
  boolean isEmpty() {
    return held.isEmpty();
  }

  /** Finds the vectors of keys. Any thread. */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
    Optional<Held> now = held;
    return now.isPresent() ? now.get().log().lookup(keys, 0) : Map.of();
  }

  /** Whether a log is this one. Own thread. */
  boolean isAt(Namespace log) {
    return held.filter(now -> now.log().namespace().equals(log)).isPresent();
  }

  /** Removes the log; later rows are not kept either. Own thread. */
  void forget() throws IOException {
    forgotten = true;
    Optional<Held> before = held;
    held = Optional.empty();
    if (before.isPresent()) {
      try {
        before.get().log().abandon();
        before.get().log().namespace().remove();
      } finally {
        before.get().place().close();
      }
    }
  }

  /** Closes the log; its rows stay. Any thread. */
  void close() throws IOException {
    Optional<Held> before = held;
    if (before.isPresent()) {
      try {
        before.get().log().close();
      } finally {
        thread.run(() -> before.get().place().close());
      }
    }
  }

  /** Creates a new log, so that rows of another process are not forgotten. */
  private Held open() throws IOException {
    List<Integer> there = main.sides().stream().map(Namespace::number).toList();
    for (int number = 1; number < LogPlaces.MOST_LOGS; number++) {
      Optional<Closeable> place =
          there.contains(number) ? Optional.empty() : places.tryLog(main, number);
      if (place.isPresent()) {
        try {
          return new Held(
              OpenLog.forWriting(main.side(number), spec, settings, thread), place.get());
        } catch (IOException | RuntimeException e) {
          place.get().close();
          throw e;
        }
      }
    }
    throw new IOException("too many processes write to " + main.folder());
  }
}
