package dev.embedctl.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Groups rows by a trait, counts each group, and keeps the places of its first rows, so that rows
 * that differ from the majority can be reported at the end.
 *
 * @param <T> the trait
 */
final class Census<T> {
  /** Further groups are not counted: such rows have nothing in common. */
  private static final int MAX_GROUPS = 1000;

  private final int keptPlaces;
  private final Map<T, Group<T>> groups = new LinkedHashMap<>();

  /** Rows with the same trait. */
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

    /** The places of the first rows. */
    List<String> places() {
      return places;
    }
  }

  /** An empty census that keeps this number of places for each group. */
  Census(int keptPlaces) {
    this.keptPlaces = keptPlaces;
  }

  void count(T trait, String place) {
    Group<T> group = groups.get(trait);
    if (group == null) {
      if (groups.size() == MAX_GROUPS) {
        return;
      }
      group = new Group<>(trait);
      groups.put(trait, group);
    }
    group.count++;
    if (group.places.size() < keptPlaces) {
      group.places.add(place);
    }
  }

  /** The number of rows with a trait. */
  long count(T trait) {
    return Optional.ofNullable(groups.get(trait)).map(Group::count).orElse(0L);
  }

  /** The largest group, or the first of several; empty if there are no rows. */
  Optional<Group<T>> majority() {
    return groups.values().stream()
        .reduce((largest, other) -> other.count > largest.count ? other : largest);
  }

  /** All groups except that of a trait, the larger ones last. */
  List<Group<T>> othersThan(T trait) {
    return groups.values().stream()
        .filter(group -> !group.trait.equals(trait))
        .sorted(Comparator.comparingLong(Group::count))
        .toList();
  }
}
