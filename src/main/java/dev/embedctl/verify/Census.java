package dev.embedctl.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts what many rows have in common, and remembers where the first ones of each group stand, so
 * that at the end those can be named that are unlike most.
 *
 * @param <T> what a row is grouped by
 */
final class Census<T> {
  /** Rows of more groups than that have nothing in common. */
  private static final int MOST_GROUPS = 1000;

  private final int kept;
  private final Map<T, Group<T>> groups = new LinkedHashMap<>();

  /** Rows that have something in common. */
  static final class Group<T> {
    private final T trait;
    private final List<String> places = new ArrayList<>();
    private long count;

    private Group(T trait) {
      this.trait = trait;
    }

    T trait() {
      return trait;
    }

    long count() {
      return count;
    }

    /** Where the first ones stand. */
    List<String> places() {
      return places;
    }
  }

  /** Nobody counted; so many places are remembered of each group. */
  Census(int kept) {
    this.kept = kept;
  }

  void count(T trait, String place) {
    Group<T> group = groups.get(trait);
    if (group == null) {
      if (groups.size() == MOST_GROUPS) {
        return;
      }
      group = new Group<>(trait);
      groups.put(trait, group);
    }
    group.count++;
    if (group.places.size() < kept) {
      group.places.add(place);
    }
  }

  /** How many have a trait. */
  long count(T trait) {
    return Optional.ofNullable(groups.get(trait)).map(Group::count).orElse(0L);
  }

  /** The largest group, of two equally large ones the first; empty where nobody was counted. */
  Optional<Group<T>> majority() {
    return groups.values().stream()
        .reduce((largest, other) -> other.count > largest.count ? other : largest);
  }

  /** All groups but the one of a trait, the larger ones last. */
  List<Group<T>> othersThan(T trait) {
    return groups.values().stream()
        .filter(group -> !group.trait.equals(trait))
        .sorted(Comparator.comparingLong(Group::count))
        .toList();
  }
}
