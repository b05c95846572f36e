package dev.embedctl.cache;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Which logs of the cache this process has for itself. Each has a place in the lock's file, behind
 * its bytes; the system gives a place back when its process dies.
 */
interface LogPlaces {
  /** More logs of one spec than there ever are processes at once. */
  int MOST_LOGS = 1 << 10;

  /** Where the places of logs begin. */
  long LOGS = 1L << 61;

  /** A process that is alone with the cache has all places. */
  LogPlaces ALONE =
      new LogPlaces() {
        @Override
        public Optional<Closeable> tryLog(Namespace main, int number) {
          return Optional.of(() -> {});
        }
      };

  /** The place of a log, by its number; empty where a process has it. Own thread. */
  Optional<Closeable> tryLog(Namespace main, int number) throws IOException;

  /** Places in the file of a lock that is held. */
  static LogPlaces of(CacheLock lock) {
    return new LogPlaces() {
      @Override
      public Optional<Closeable> tryLog(Namespace main, int number) throws IOException {
        long ofMain = Integer.toUnsignedLong(main.name().hashCode()) * MOST_LOGS;
        return lock.tryPlace(LOGS + ofMain + number).map(held -> held::release);
      }
    };
  }
}
