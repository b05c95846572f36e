package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.OwnedThread;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The texts of a spec that this process and other processes are paying for. Each writing process
 * has a list of them in a file beside its log. Only one process at a time has the turn to read the
 * lists of the others and to write its own. A list is valid as long as its process has its log.
 *
 * <p>A list contains the first eight bytes of each key: texts whose keys begin alike wait for each
 * other unnecessarily, which does no harm.
 *
 * <p>Claims only save money: if the files cannot be used, all requested keys are granted. Runs on
 * the logs' own thread.
 */
final class Claims {
  private static final String NAME = "claims";
  private static final Duration BETWEEN_TRIES = Duration.ofNanos(200_000);

  /** A turn is a thousand times shorter; only a stopped process takes longer. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

  private final Namespace main;
  private final Namespace own;
  private final LogPlaces places;
  private final Set<Long> claimed = new HashSet<>();
  private Optional<FileChannel> file = Optional.empty();

  private Claims(Namespace main, Namespace own, LogPlaces places) {
    this.main = main;
    this.own = own;
    this.places = places;
  }

  /** The claims of a process with a log; removes those that a killed process left beside it. */
  static Claims of(Namespace main, Namespace own, LogPlaces places) throws IOException {
    Files.deleteIfExists(fileOf(own));
    return new Claims(main, own, places);
  }

  /** Claims the keys that no process has claimed, and returns them. */
  Set<CacheKey> claim(Collection<CacheKey> keys) {
    Set<CacheKey> granted = new HashSet<>(keys);
    granted.removeIf(key -> claimed.contains(key.prefix()));
    Set<CacheKey> all = Set.copyOf(granted);
    try {
      inTurn(
          () -> {
            removeClaimedByOthers(granted);
            granted.forEach(key -> claimed.add(key.prefix()));
            write();
          });
      return granted;
    } catch (IOException e) {
      all.forEach(key -> claimed.add(key.prefix()));
      return all;
    }
  }

  /** Gives up granted keys. */
  void release(Collection<CacheKey> granted) {
    granted.forEach(key -> claimed.remove(key.prefix()));
    try {
      inTurn(this::write);
    } catch (IOException e) {
      return; // the next written list is right again
    }
  }

  /** Removes the list. */
  void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
      Files.deleteIfExists(fileOf(own));
    }
  }

  private void inTurn(OwnedThread.Step step) throws IOException {
    Closeable turn = awaitTurn();
    try {
      step.run();
    } finally {
      turn.close();
    }
  }

  private Closeable awaitTurn() throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < LONGEST_TURN.toNanos()) {
      Optional<Closeable> turn = places.tryTurn(main);
      if (turn.isPresent()) {
        return turn.get();
      }
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
    }
    throw new IOException("another process holds its turn to claim texts too long");
  }

  private void removeClaimedByOthers(Set<CacheKey> keys) throws IOException {
    for (Namespace other : others()) {
      Set<Long> theirs = read(other);
      if (keys.stream().anyMatch(key -> theirs.contains(key.prefix())) && isAlive(other)) {
        keys.removeIf(key -> theirs.contains(key.prefix()));
      }
    }
  }

  private List<Namespace> others() throws IOException {
    List<Namespace> others = new ArrayList<>(main.sides());
    others.add(main);
    others.remove(own);
    return others;
  }

  /** Whether the process of a log still has it. */
  private boolean isAlive(Namespace other) throws IOException {
    Optional<Closeable> place = places.tryLog(main, other.number());
    if (place.isPresent()) {
      place.get().close();
    }
    return place.isEmpty();
  }

  private static Set<Long> read(Namespace other) throws IOException {
    try {
      ByteBuffer list = ByteBuffer.wrap(Files.readAllBytes(fileOf(other)));
      long count = list.remaining() < Long.BYTES ? 0 : list.getLong();
      Set<Long> claims = new HashSet<>();
      while (claims.size() < count && list.remaining() >= Long.BYTES) {
        claims.add(list.getLong());
      }
      return claims;
    } catch (NoSuchFileException e) {
      return Set.of();
    }
  }

  /** The number of claims, and then each claim; the rest of the file is from longer lists. */
  private void write() throws IOException {
    if (file.isEmpty()) {
      file =
          Optional.of(
              CacheFiles.open(
                  fileOf(own), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)));
    }
    ByteBuffer list = ByteBuffer.allocate(Long.BYTES * (1 + claimed.size()));
    list.putLong(claimed.size());
    claimed.forEach(list::putLong);
    CacheFiles.writeFully(file.get(), list.flip(), 0);
  }

  private static Path fileOf(Namespace log) {
    return log.folder().resolve(NAME);
  }
}
