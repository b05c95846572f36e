package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Notices a server that gives one vector for different texts, in one reply or through a run. Texts
 * that a model may take for equal do not count as different: those that differ in case, accents,
 * white space, punctuation, the order of words, characters beyond ASCII, or far behind their
 * beginning. Safe for many threads.
 */
final class OneForAll {
  /** A window may be as short as that. */
  private static final int READ = 64;

  private final AtomicReference<Optional<Seen>> alone = new AtomicReference<>(Optional.empty());

  /** The first text of the run that was asked for alone. */
  private record Seen(String text, Vector vector) {}

  /** Whether all vectors of a reply are one, or it is the one of another text that was alone. */
  boolean isThat(List<String> texts, List<Vector> vectors) {
    Vector vector = vectors.getFirst();
    if (vectors.stream().anyMatch(other -> !other.equals(vector))) {
      return false;
    }
    Set<String> different = new HashSet<>();
    if (texts.size() == 1) {
      Seen now = new Seen(texts.getFirst(), vector);
      alone.compareAndSet(Optional.empty(), Optional.of(now));
      Seen before = alone.get().orElse(now);
      if (!before.vector().equals(vector)) {
        return false;
      }
      different.add(words(before.text()));
    }
    texts.forEach(text -> different.add(words(text)));
    different.remove("");
    return different.size() > 1;
  }

  /** The words at a text's beginning, as a model that knows little tells them apart. */
  private static String words(String text) {
    String begins = text.substring(0, Math.min(text.length(), 4 * READ));
    StringBuilder plain = new StringBuilder();
    for (char c :
        Normalizer.normalize(begins, Normalizer.Form.NFD).toLowerCase(Locale.ROOT).toCharArray()) {
      boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (word || Character.isWhitespace(c) || c < 0x80) {
        plain.append(word ? c : ' ');
      }
      if (plain.length() == READ) {
        break;
      }
    }
    return String.join(" ", new TreeSet<>(List.of(plain.toString().strip().split(" +"))));
  }
}
