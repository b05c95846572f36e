package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The index files of a log, and the one that a run can use.
 *
 * @param newest the index with the most rows
 * @param superseded older ones that are no longer needed
 * @param damaged those that are incomplete, of another log, or contain rows that do not exist
 * @param knownEnd the slot after the last row that any of them contains
 */
record SealedIndexes(
    Optional<SealedIndex> newest, List<Path> superseded, List<Path> damaged, int knownEnd) {
  /** The number of entries that are compared with the log. */
  private static final int SAMPLES = 8;

  SealedIndexes {
    superseded = List.copyOf(superseded);
    damaged = List.copyOf(damaged);
  }

  /** Opens the indexes of a log, from the newest to the first that can be used. */
  static SealedIndexes of(VectorLog log, CacheKey name) throws IOException {
    Optional<SealedIndex> newest = Optional.empty();
    List<Path> superseded = new ArrayList<>();
    List<Path> damaged = new ArrayList<>();
    int knownEnd = log.end();
    for (Path file : log.files().indexes().descendingMap().values()) {
      if (newest.isPresent()) {
        superseded.add(file);
        continue;
      }
      try {
        SealedIndex index = SealedIndex.open(file, name);
        if (index.covered() > log.end()) {
          log.grow(); // another process may have appended and sealed meanwhile
        }
        knownEnd = Math.max(knownEnd, index.covered());
        if (index.covered() <= log.end() && agrees(index, log)) {
          newest = Optional.of(index);
        } else {
          index.close();
          damaged.add(file);
        }
      } catch (IOException unusable) {
        // An index is derived data, so an invalid one is skipped.
        damaged.add(file);
      }
    }
    return new SealedIndexes(newest, superseded, damaged, knownEnd);
  }

  /** Removes indexes that are not needed, and leftovers of unfinished ones. */
  void removeSuperseded(LogFiles files) throws IOException {
    List<Path> useless = new ArrayList<>(superseded);
    files.list().stream().filter(CacheFiles::isTemporary).forEach(useless::add);
    for (Path file : useless) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException inUse) {
        // Windows does not remove a mapped file; the next start tries again.
      }
    }
  }

  /** Whether some entries point to rows with their keys; damaged rows are ignored. */
  private static boolean agrees(SealedIndex index, VectorLog log) throws IOException {
    byte[] from = new byte[CacheKey.BYTES];
    for (int i = 0; i < SAMPLES; i++) {
      from[0] = (byte) (i * (256 / SAMPLES));
      var entry = index.atOrAfter(CacheKey.ofBytes(from));
      if (entry.isEmpty()) {
        continue;
      }
      int slot = entry.get().getValue();
      if (slot < 0 || slot >= log.end()) {
        return false;
      }
      if (log.isThere(slot) && !log.holds(slot, entry.get().getKey()) && log.isIntact(slot)) {
        return false;
      }
    }
    return true;
  }
}
