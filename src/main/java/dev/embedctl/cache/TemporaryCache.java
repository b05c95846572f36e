package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.CacheLock;
import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The vectors of one run, kept until it ends so that it does not pay for a text twice. They are in
 * a log among the temporary files, which is removed at the end. It keeps at most a million vectors
 * in at most half of the free space, and drops vectors that the disk does not take.
 */
public final class TemporaryCache implements VectorCache {
  /** The number of keys that fit into about 50 MB of memory. */
  private static final int MOST_VECTORS = 1_000_000;

  private static final String PREFIX = "embedctl-run-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,18})-.*");
  private static final LockTerms AT_ONCE =
      new LockTerms("embedctl batch", Duration.ZERO, holder -> {});

  private final Path folder;
  private final LogCache log;
  private final AtomicLong vectorsLeft;
  private final AtomicLong bytesLeft;

  private TemporaryCache(Path folder, LogCache log, int vectors, long bytes) {
    this.folder = folder;
    this.log = log;
    this.vectorsLeft = new AtomicLong(vectors);
    this.bytesLeft = new AtomicLong(bytes);
  }

  /**
   * Opens a cache of one run.
   *
   * @param temporary the folder of temporary files
   * @return a cache that stores nothing if the folder cannot be used
   */
  public static VectorCache open(Path temporary, EmbeddingSpec spec, InstantSource clock) {
    return open(temporary, spec, clock, MOST_VECTORS);
  }

  static VectorCache open(Path temporary, EmbeddingSpec spec, InstantSource clock, int vectors) {
    try {
      long room = Files.getFileStore(temporary).getUsableSpace() / 2;
      Path folder =
          Files.createTempDirectory(temporary, PREFIX + ProcessHandle.current().pid() + "-");
      try {
        LogSettings usual = LogSettings.usual(clock);
        LogSettings withoutIndex =
            new LogSettings(
                usual.segmentBytes(), Integer.MAX_VALUE, Integer.MAX_VALUE, usual.opener(), clock);
        LogCache log = LogCache.open(folder, spec, AT_ONCE, withoutIndex);
        return new TemporaryCache(folder, log, vectors, room);
      } catch (RunFailed e) {
        CacheFiles.deleteTree(folder);
        return new NoCache();
      }
    } catch (IOException e) {
      return new NoCache(); // the run only pays again for texts that are repeated late
    }
  }

  @Override
  public Map<CacheKey, Vector> lookup(List<CacheKey> keys) {
    try {
      return log.lookup(keys);
    } catch (IOException e) {
      return Map.of(); // unreadable vectors are only paid for again
    }
  }

  @Override
  public void store(Map<CacheKey, Vector> vectors) {
    storeIfThereIsRoom(vectors, log::store);
  }

  @Override
  public void storeDoubted(Map<CacheKey, Vector> vectors) {
    storeIfThereIsRoom(vectors, log::storeDoubted);
  }

  @Override
  public void forgetDoubted() throws IOException {
    log.forgetDoubted();
  }

  @Override
  public boolean knowsEncoding() {
    return log.knowsEncoding();
  }

  @Override
  public void confirmEncoding() throws IOException {
    log.confirmEncoding();
  }

  /** A way to store vectors. */
  @FunctionalInterface
  private interface Storing {
    void store(Map<CacheKey, Vector> vectors) throws IOException;
  }

  private void storeIfThereIsRoom(Map<CacheKey, Vector> vectors, Storing way) {
    long bytes =
        vectors.values().stream().mapToLong(vector -> RowLayout.bytesOf(vector.dimensions())).sum();
    if (vectorsLeft.addAndGet(-vectors.size()) < 0 || bytesLeft.addAndGet(-bytes) < 0) {
      return;
    }
    try {
      way.store(vectors);
    } catch (IOException e) {
      vectorsLeft.set(0); // the disk is full or missing, so nothing more is stored
    }
  }

  @Override
  public void close() {
    remove(); // first, so that no data is forced to the disk
    try {
      log.close();
    } catch (IOException | RunFailed e) {
      // Its files were removed before.
    }
    remove(); // again, for systems that cannot remove open files
  }

  private void remove() {
    try {
      CacheFiles.deleteTree(folder);
    } catch (IOException e) {
      return; // the next run removes the rest
    }
  }

  /** Removes leftovers of ended runs: their process has ended and their lock is free. */
  public static void removeAbandoned(Path temporary) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : all) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        if (name.matches()
            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && !isAlive(Long.parseLong(name.group(1)))) {
          removeIfUnused(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // an unreadable folder cannot be cleaned
    }
  }

  private static boolean isAlive(long process) {
    return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
  }

  @SuppressWarnings("try") // a lock is held, not referred to
  private static void removeIfUnused(Path folder) {
    try (CacheLock held = CacheLock.acquire(folder, LockFile.Use.MAINTAINING, AT_ONCE)) {
      CacheFiles.deleteTree(folder);
    } catch (IOException | RunFailed e) {
      return; // belongs to another user, or is used by a process on another machine
    }
  }
}
