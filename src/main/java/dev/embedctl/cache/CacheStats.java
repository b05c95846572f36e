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

/** The content of a cache, by spec. */
public record CacheStats(List<Part> parts) {

  /**
   * The vectors of one spec in the main log and in side logs. A vector in two logs counts twice
   * until one of them is adopted.
   *
   * @param name its folder's name
   * @param dimensions the dimensions of the vectors, once there is one
   * @param rows all rows of the logs, without those that were set aside
   * @param live the vectors that can be looked up
   * @param damaged the damaged rows
   * @param bytes the size of all its files
   * @param setAside files and folders with damaged data
   * @param oldest the time when the oldest live vector was paid for
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

    /** The sum of this log and a side log. */
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

    /** The number of rows that newer ones replace. */
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
