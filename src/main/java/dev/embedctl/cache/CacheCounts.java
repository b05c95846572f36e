package dev.embedctl.cache;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Figures about the state of a cache in a run.
 *
 * @param rowsAtOpen the number of rows when it was opened
 * @param damaged the number of rows that are damaged or missing; each is a miss
 * @param rebuilt the names of damaged or missing files that are rebuilt from the rows
 * @param setAside files that contain the damaged data now
 * @param asideFailure the reason why damaged data could not be set aside; it stays, unused
 * @param indexFailure the reason why no new index was written at the end; no data is lost
 */
public record CacheCounts(
    int rowsAtOpen,
    long damaged,
    List<String> rebuilt,
    List<Path> setAside,
    Optional<String> asideFailure,
    Optional<String> indexFailure) {
  /** The counts without any log. */
  static final CacheCounts NONE =
      new CacheCounts(0, 0, List.of(), List.of(), Optional.empty(), Optional.empty());

  public CacheCounts {
    rebuilt = List.copyOf(rebuilt);
    setAside = List.copyOf(setAside);
    Objects.requireNonNull(asideFailure);
    Objects.requireNonNull(indexFailure);
  }

  /** The sum of the counts of two caches of a run. */
  CacheCounts plus(CacheCounts other) {
    return new CacheCounts(
        rowsAtOpen + other.rowsAtOpen,
        damaged + other.damaged,
        Stream.concat(rebuilt.stream(), other.rebuilt.stream()).toList(),
        Stream.concat(setAside.stream(), other.setAside.stream()).toList(),
        asideFailure.or(other::asideFailure),
        indexFailure.or(other::indexFailure));
  }

  /** Whether the run has found no damage. */
  public boolean sound() {
    return damaged == 0 && rebuilt.isEmpty() && setAside.isEmpty() && asideFailure.isEmpty();
  }
}
