package dev.embedctl.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Suggests the nearest existing name for an unknown one, and lists the existing names. */
public final class NameHint {
  private static final int MAX_LISTED = 12;
  private static final int MAX_COMPARED_NAMES = 1000;
  private static final int MAX_COMPARED_CHARS = 64;

  private NameHint() {}

  /** The end of a message that says that a name is not among these; empty if there are no names. */
  public static String among(String wanted, Collection<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String listed =
        names.stream().limit(MAX_LISTED).map(NameHint::shortened).collect(Collectors.joining(", "));
    String more = names.size() > MAX_LISTED ? ", … " + (names.size() - MAX_LISTED) + " more" : "";
    String nearest = nearest(wanted, names).map(n -> "; did you mean '" + n + "'?").orElse("");
    return " among: " + listed + more + nearest;
  }

  /** The end of a message that asks for one of at least two words. */
  public static String oneOf(String wanted, List<String> words) {
    int last = words.size() - 1;
    return "give "
        + String.join(", ", words.subList(0, last))
        + " or "
        + words.get(last)
        + nearest(wanted, words).map(word -> " (did you mean " + word + "?)").orElse("");
  }

  private static String shortened(String name) {
    return name.length() <= MAX_COMPARED_CHARS ? name : name.substring(0, MAX_COMPARED_CHARS) + "…";
  }

  /** The name that was probably meant, if one is near enough. */
  public static Optional<String> nearest(String wanted, Collection<String> names) {
    int farthest = Math.max(1, Math.min(2, wanted.length() / 2));
    record Near(String name, int distance) {}
    List<Near> near =
        names.stream()
            .limit(MAX_COMPARED_NAMES)
            .filter(name -> name.length() <= MAX_COMPARED_CHARS)
            .map(name -> new Near(name, distance(folded(wanted), folded(name))))
            .filter(n -> n.distance() <= farthest && n.distance() < wanted.strip().length())
            .toList();
    return near.stream().min(Comparator.comparingInt(Near::distance)).map(Near::name);
  }

  /** Ignores case and outer white space, the most frequent mistakes. */
  private static String folded(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /** The Levenshtein distance: the number of characters to insert, delete or change. */
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
