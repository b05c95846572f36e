package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/** What is in a cache, by spec. */
public record CacheStats(List<Part> parts) {

  /**
   * The vectors of one spec, in the main log and in those of processes that wrote beside another
   * one. A vector that two logs hold counts twice, until one of them is adopted.
   *
   * @param name its folder's name
   * @param dimensions floats of each vector, once there is one
   * @param rows rows of the logs, of whatever kind, without those that were set aside
   * @param live vectors that can be looked up
   * @param damaged rows that are not what was written
   * @param bytes of all its files
   * @param setAside files and folders that hold what was found to be damaged
   * @param oldest when the oldest live vector was paid for
   */
  public record Part(
      String name,
      EmbeddingSpec spec,
      OptionalInt dimensions,
      long rows,
      long live,
      long damaged,
      long bytes,
      List<Path> setAside,
      Optional<Instant> oldest,
      Optional<Instant> newest) {
    public Part {
      setAside = List.copyOf(setAside);
    }

    /** The main log's vectors with those of a log beside it. */
    Part with(Part side) {
      return new Part(
          name,
          spec,
          dimensions.isPresent() ? dimensions : side.dimensions,
          rows + side.rows,
          live + side.live,
          damaged + side.damaged,
          bytes + side.bytes,
          Stream.concat(setAside.stream(), side.setAside.stream()).toList(),
          either(oldest, side.oldest, BinaryOperator.minBy(Comparator.naturalOrder())),
          either(newest, side.newest, BinaryOperator.maxBy(Comparator.naturalOrder())));
    }

    private static Optional<Instant> either(
        Optional<Instant> one, Optional<Instant> other, BinaryOperator<Instant> choice) {
      return Stream.of(one, other).flatMap(Optional::stream).reduce(choice);
    }

    /** Rows whose key has a newer one. */
    public long superseded() {
      return rows - live - damaged;
    }
  }

  public CacheStats {
    parts = List.copyOf(parts);
  }

  public long rows() {
    return parts.stream().mapToLong(Part::rows).sum();
  }

  public long live() {
    return parts.stream().mapToLong(Part::live).sum();
  }

  public long superseded() {
    return parts.stream().mapToLong(Part::superseded).sum();
  }

  public long damaged() {
    return parts.stream().mapToLong(Part::damaged).sum();
  }

  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }
}
