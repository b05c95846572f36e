package dev.embedctl.cli.config;

import dev.embedctl.model.EmbedctlException.Usage;
import java.util.List;
import java.util.Locale;

/**
 * Keeps keys out of files and off the screen. It recognizes keys, and names of variables for keys.
 */
final class KeyGuard {
  private static final List<String> BEGINNINGS = List.of("sk-", "pa-", "jina_", "AIza");
  private static final int SHORTEST = 20;
  private static final List<String> NAMES = List.of("key", "token", "secret", "password");

  private KeyGuard() {}

  /** Whether the value has the form of a known provider's key. */
  static boolean looksLikeKey(String value) {
    return value.regionMatches(true, 0, "bearer ", 0, "bearer ".length())
        || (value.length() >= SHORTEST
            && BEGINNINGS.stream().anyMatch(value::startsWith)
            && value.chars().anyMatch(Character::isDigit)
            && value.chars().allMatch(KeyGuard::mayBeInKey));
  }

  private static boolean mayBeInKey(int c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_';
  }

  /** Whether a name that matches no option is probably the name of a key. */
  static boolean namesKey(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return NAMES.stream().anyMatch(folded::endsWith);
  }

  /**
   * Rejects a key in place of an option's value.
   *
   * @param where the line or the variable
   */
  static void check(String where, String name, String value) {
    if (looksLikeKey(value) || (name.equals("api-key-env") && !looksLikeVariable(value))) {
      throw refusal(where);
    }
  }

  /** Keys are long and mix upper and lower case, which names of variables rarely do. */
  private static boolean looksLikeVariable(String value) {
    return value.length() < SHORTEST
        || value.contains("_")
        || value.equals(value.toUpperCase(Locale.ROOT));
  }

  /** The error for a line or a variable; it contains neither the name nor the value. */
  static Usage refusal(String where) {
    return new Usage(
        where
            + ": a key is read from the provider's variable in the environment only, such as"
            + " OPENAI_API_KEY, or from the one that api-key-env names; remove it here");
  }
}
