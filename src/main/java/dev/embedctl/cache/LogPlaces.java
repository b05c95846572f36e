package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheLock;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Which logs of the cache this process has for itself, and whose turn it is to claim texts. Each
 * has a place in the lock's file, behind its bytes; the system gives a place back when its process
 * dies.
 */
interface LogPlaces {
  /** More logs of one spec than there ever are processes at once. */
  int MOST_LOGS = 1 << 10;

  /** Where the places of turns begin, and those of logs. */
  long TURNS = 1L << 60;

  long LOGS = 1L << 61;

  /** A process that is alone with the cache has all places. */
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

  /** The place of a log, by its number; empty where a process has it. Own thread. */
  Optional<Closeable> tryLog(Namespace main, int number) throws IOException;

  /** The turn to claim texts of a spec; empty where a process has it. Own thread. */
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
