package dev.embedctl.verify;

import dev.embedctl.verify.Difference.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts all differences and keeps the first ones. Not thread-safe. */
public final class Differences {
  private final int maxKept;
  private final List<Difference> first = new ArrayList<>();
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private long inMessages;

  /** An empty collection that will keep this number of differences. */
  public Differences(int maxKept) {
    this.maxKept = maxKept;
  }

  void add(Kind kind, String message) {
    add(kind, 1, message);
  }

  /** Adds several differences that share one message. */
  void add(Kind kind, long count, String message) {
    counts.merge(kind, count, Long::sum);
    if (first.size() < maxKept) {
      first.add(new Difference(kind, message));
      inMessages += count;
    }
  }

  /** The first differences, in the order in which they were found. */
  public List<Difference> first() {
    return List.copyOf(first);
  }

  /** The number of differences that the kept messages stand for. */
  public long inMessages() {
    return inMessages;
  }

  /** The number of differences of each kind that occurs. */
  public Map<Kind, Long> counts() {
    return Map.copyOf(counts);
  }

  /** The number of all differences. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
