package dev.embedctl.cache;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a cache can tell about its own health in a run.
 *
 * @param rowsAtOpen rows that were there when it was opened
 * @param damaged rows that turned out not to be what was written, or to be gone; each is a miss
 * @param rebuilt files that were damaged or missing and are made anew from the rows, by name
 * @param setAside files that now hold what was damaged
 * @param asideFailure why something damaged could not be set aside; it stays where it is, unused
 * @param indexFailure why no new index could be made at the end; nothing is lost by it
 */
public record CacheCounts(
    int rowsAtOpen,
    long damaged,
    List<String> rebuilt,
    List<Path> setAside,
    Optional<String> asideFailure,
    Optional<String> indexFailure) {
  /** Of no log. */
  static final CacheCounts NONE =
      new CacheCounts(0, 0, List.of(), List.of(), Optional.empty(), Optional.empty());

  public CacheCounts {
    rebuilt = List.copyOf(rebuilt);
    setAside = List.copyOf(setAside);
    Objects.requireNonNull(asideFailure);
    Objects.requireNonNull(indexFailure);
  }

  /** What this cache and another one found, which one run uses. */
  CacheCounts plus(CacheCounts other) {
    return new CacheCounts(
        rowsAtOpen + other.rowsAtOpen,
        damaged + other.damaged,
        Stream.concat(rebuilt.stream(), other.rebuilt.stream()).toList(),
        Stream.concat(setAside.stream(), other.setAside.stream()).toList(),
        asideFailure.or(other::asideFailure),
        indexFailure.or(other::indexFailure));
  }

  /** Whether all that this run has seen of the cache was as it was written. */
  public boolean sound() {
    return damaged == 0 && rebuilt.isEmpty() && setAside.isEmpty() && asideFailure.isEmpty();
  }
}
