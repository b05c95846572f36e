package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheLock;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * The logs of the cache that this process holds exclusively, and the turns to claim texts. Each has
 * a place in the lock's file, after its bytes; the system releases a place when its process dies.
 */
interface LogPlaces {
  /** The most logs of one spec, more than there are processes at once. */
  int MOST_LOGS = 1 << 10;

  /** The first places of turns and of logs. */
  long TURNS = 1L << 60;

  long LOGS = 1L << 61;

  /** All places are free for a process that is alone with the cache. */
  LogPlaces ALONE =
      new LogPlaces() {
        @Override
        public Optional<Closeable> tryLog(Namespace main, int number) {
          return Optional.of(() -> {});
        }

        @Override
        public Optional<Closeable> tryTurn(Namespace main) {
          return Optional.of(() -> {});
        }
      };

  /** Takes the place of a log with this number; empty if another process has it. Own thread. */
  Optional<Closeable> tryLog(Namespace main, int number) throws IOException;

  /** Takes the turn to claim texts of a spec; empty if another process has it. Own thread. */
  Optional<Closeable> tryTurn(Namespace main) throws IOException;

  /** Places in the file of a lock that is held. */
  static LogPlaces of(CacheLock lock) {
    return new LogPlaces() {
      @Override
      public Optional<Closeable> tryLog(Namespace main, int number) throws IOException {
        return tryPlace(LOGS + numberOf(main) * MOST_LOGS + number);
      }

      @Override
      public Optional<Closeable> tryTurn(Namespace main) throws IOException {
        return tryPlace(TURNS + numberOf(main));
      }

      private Optional<Closeable> tryPlace(long place) throws IOException {
        return lock.tryPlace(place).map(held -> held::release);
      }

      private static long numberOf(Namespace main) {
        return Integer.toUnsignedLong(main.name().hashCode());
      }
    };
  }
}
