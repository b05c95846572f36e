package dev.embedctl.verify;

import dev.embedctl.verify.Difference.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All differences counted, and the first ones kept. One thread uses it. */
public final class Differences {
  private final int kept;
  private final List<Difference> first = new ArrayList<>();
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private long told;

  /** None yet; so many will be kept. */
  public Differences(int kept) {
    this.kept = kept;
  }

  void add(Kind kind, String message) {
    add(kind, 1, message);
  }

  /** Adds as many of a kind as one message tells of. */
  void add(Kind kind, long count, String message) {
    counts.merge(kind, count, Long::sum);
    if (first.size() < kept) {
      first.add(new Difference(kind, message));
      told += count;
    }
  }

  /** The first ones, as they were found. */
  public List<Difference> first() {
    return List.copyOf(first);
  }

  /** How many the first ones tell of. */
  public long told() {
    return told;
  }

  /** How many there are of each kind that there are any of. */
  public Map<Kind, Long> counts() {
    return Map.copyOf(counts);
  }

  /** How many there are. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
