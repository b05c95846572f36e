package dev.embedctl.provider;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * The words at a text's beginning, as a model with a small vocabulary distinguishes them: without
 * case, accents, white space, punctuation, order, and characters beyond ASCII.
 *
 * @param words in alphabetical order, a space between two
 */
public record TextWords(String words) {
  /** Characters that are read: the shortest context of a model is about as long. */
  private static final int READ = 64;

  /** The words of a text. */
  public static TextWords of(String text) {
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
    return new TextWords(
        String.join(" ", new TreeSet<>(List.of(plain.toString().strip().split(" +")))));
  }

  /** Whether there are any. */
  public boolean areAny() {
    return !words.isEmpty();
  }

  /** Whether both texts have words, and not the same ones: their vectors must differ. */
  public boolean differ(TextWords other) {
    return areAny() && other.areAny() && !equals(other);
  }
}
