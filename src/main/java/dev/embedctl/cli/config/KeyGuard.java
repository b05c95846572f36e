package dev.embedctl.cli.config;

import dev.embedctl.model.EmbedctlException.Usage;
import java.util.List;
import java.util.Locale;

/** Keeps keys out of files and off the screen: it knows how they and their names look. */
final class KeyGuard {
  private static final List<String> BEGINNINGS = List.of("sk-", "pa-", "jina_", "AIza");
  private static final int SHORTEST = 20;
  private static final List<String> NAMES = List.of("key", "token", "secret", "password");

  private KeyGuard() {}

  /** Whether it begins as the keys of known providers do. */
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

  /** Whether a name that is no option's would be a key's. */
  static boolean namesKey(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return NAMES.stream().anyMatch(folded::endsWith);
  }

  /**
   * Refuses a key where an option's value should be.
   *
   * @param where the line or the variable
   */
  static void check(String where, String name, String value) {
    if (looksLikeKey(value) || (name.equals("api-key-env") && !looksLikeVariable(value))) {
      throw refusal(where);
    }
  }

  /** Keys are long words of mixed characters, which names of variables hardly are. */
  private static boolean looksLikeVariable(String value) {
    return value.length() < SHORTEST
        || value.contains("_")
        || value.equals(value.toUpperCase(Locale.ROOT));
  }

  /** Why a line or a variable is refused; neither its name nor its value is repeated. */
  static Usage refusal(String where) {
    return new Usage(
        where
            + ": a key comes from a provider's own variable in the environment only, as"
            + " OPENAI_API_KEY, or from the one that api-key-env names; take it out here");
  }
}
