package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A process that stores numbered vectors for ever and says of each batch, once it is stored, which
 * number comes next. Between the batches it does one thing all the time, so that a kill at any
 * moment is likely to fall into it.
 */
final class KilledWriter {
  static final int DIMENSIONS = 96;

  /** Rows of a batch in {@link Work#CREATING}, where each has a cache of its own. */
  static final int ROWS_OF_A_FRESH_CACHE = 3;

  /** What it does all the time. */
  enum Work {
    /** Stores, and opens and closes now and then, which seals an index. */
    STORING,
    /** Makes a cache for each batch, see {@link #freshFolder}. */
    CREATING,
    /** Seals an index of all rows behind each batch. */
    SEALING,
    /** Stores each batch twice and compacts. */
    COMPACTING
  }

  private static final int BATCHES_A_SESSION = 15;

  /** So many that most kills fall into the copying. */
  private static final int ROWS_TO_COMPACT = 300;

  private final Path folder;
  private final Random random;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private int next;

  private KilledWriter(Path folder, int next) {
    this.folder = folder;
    this.next = next;
    this.random = new Random(next);
  }

  public static void main(String[] arguments) throws IOException {
    KilledWriter writer = new KilledWriter(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    Work work = Work.valueOf(arguments[2]);
    while (true) {
      switch (work) {
        case STORING -> writer.store(BATCHES_A_SESSION, settings(work));
        case CREATING -> writer.create();
        case SEALING -> writer.store(1, settings(work));
        case COMPACTING -> writer.compact();
      }
    }
  }

  static LogSettings settings(Work work) {
    int firstSeal = work == Work.SEALING ? 1 : 300;
    int nextSeal = work == Work.SEALING ? 1 : 200;
    return new LogSettings(200_000, firstSeal, nextSeal, CacheFiles::open, InstantSource.system());
  }

  /** Where the cache is that holds a number and the few after it. */
  static Path freshFolder(Path folder, int number) {
    return folder.resolve(Integer.toString(number));
  }

  static Map<CacheKey, Vector> batch(int from, int to) {
    Map<CacheKey, Vector> batch = new HashMap<>();
    for (int number = from; number < to; number++) {
      batch.put(Samples.key(number), Samples.vector(number, DIMENSIONS));
    }
    return batch;
  }

  private void store(int batches, LogSettings settings) throws IOException {
    try (LogCache cache = LogCache.open(folder, Samples.SPEC, Samples.AT_ONCE, settings)) {
      for (int i = 0; i < batches; i++) {
        storeNext(cache, 1 + random.nextInt(40));
      }
    }
  }

  private void create() throws IOException {
    try (LogCache cache =
        LogCache.open(
            freshFolder(folder, next), Samples.SPEC, Samples.AT_ONCE, settings(Work.CREATING))) {
      storeNext(cache, ROWS_OF_A_FRESH_CACHE);
    }
  }

  private void compact() throws IOException {
    LogSettings settings = settings(Work.COMPACTING);
    try (LogCache cache = LogCache.open(folder, Samples.SPEC, Samples.AT_ONCE, settings)) {
      cache.store(batch(next, next + ROWS_TO_COMPACT));
      storeNext(cache, ROWS_TO_COMPACT);
    }
    new CacheMaintenance(folder, Samples.AT_ONCE, settings).compact();
  }

  private void storeNext(LogCache cache, int rows) throws IOException {
    cache.store(batch(next, next + rows));
    next += rows;
    out.println(next);
  }
}
