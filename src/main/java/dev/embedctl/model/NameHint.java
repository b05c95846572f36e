package dev.embedctl.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Helps someone who used a name that is not there: tells the nearest, and those there are. */
public final class NameHint {
  private static final int LISTED = 12;
  private static final int COMPARED_NAMES = 1000;
  private static final int COMPARED_CHARS = 64;

  private NameHint() {}

  /** The end of a sentence that says that a name is not among these; empty where there are none. */
  public static String among(String wanted, Collection<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String listed =
        names.stream().limit(LISTED).map(NameHint::shortened).collect(Collectors.joining(", "));
    String more = names.size() > LISTED ? ", … " + (names.size() - LISTED) + " more" : "";
    String nearest = nearest(wanted, names).map(n -> "; did you mean '" + n + "'?").orElse("");
    return " among: " + listed + more + nearest;
  }

  private static String shortened(String name) {
    return name.length() <= COMPARED_CHARS ? name : name.substring(0, COMPARED_CHARS) + "…";
  }

  /** The one of these names that was meant, where one is near enough. */
  public static Optional<String> nearest(String wanted, Collection<String> names) {
    int farthest = Math.max(1, Math.min(2, wanted.length() / 2));
    record Near(String name, int distance) {}
    List<Near> near =
        names.stream()
            .limit(COMPARED_NAMES)
            .filter(name -> name.length() <= COMPARED_CHARS)
            .map(name -> new Near(name, distance(folded(wanted), folded(name))))
            .filter(n -> n.distance() <= farthest)
            .toList();
    return near.stream().min(Comparator.comparingInt(Near::distance)).map(Near::name);
  }

  /** Case and space at the ends are what people mistake most. */
  private static String folded(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's: how many characters to put in, take out or change. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
