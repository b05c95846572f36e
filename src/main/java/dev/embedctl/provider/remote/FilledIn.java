package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value in which {@code $VARIABLE} and <code>${VARIABLE}</code> stand for variables of the
 * environment, and {@code $$} for a dollar sign. Its {@code toString} does not contain the value.
 */
final class FilledIn {
  /** Words before the only variable of a value that are no secret. */
  private static final Pattern REFERENCE =
      Pattern.compile("(?:(?:Basic|Bearer|Token) +)?\\$(?:[A-Za-z_]\\w*|\\{[A-Za-z_]\\w*\\})");

  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\$|(?<plain>[A-Za-z_]\\w*)|\\{(?<braced>[A-Za-z_]\\w*)\\})");

  private static final int LONG_ENOUGH_TO_FIND = 8;

  private final String value;
  private final List<String> secrets;
  private final List<String> variables;

  private FilledIn(String value, List<String> secrets, List<String> variables) {
    this.value = value;
    this.secrets = List.copyOf(secrets);
    this.variables = List.copyOf(variables);
  }

  /** Whether a value as typed names one variable only, so that it can be shown. */
  static boolean isReference(String typed) {
    return REFERENCE.matcher(typed).matches();
  }

  /**
   * Fills in a value.
   *
   * @param where the option and the name, for errors
   * @throws Usage if a variable is not set; the message does not contain the value
   */
  static FilledIn of(String where, String typed, Map<String, String> env) {
    List<String> secrets = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    Matcher found = VARIABLE.matcher(typed);
    while (found.find()) {
      String name = found.group("plain") == null ? found.group("braced") : found.group("plain");
      if (name == null) {
        found.appendReplacement(value, "\\$");
      } else {
        String content = env.getOrDefault(name, "").strip();
        if (content.isEmpty()) {
          throw new Usage(
              where + ": the variable " + name + " is empty or not set; set it in the environment");
        }
        secrets.add(content);
        variables.add(name);
        found.appendReplacement(value, Matcher.quoteReplacement(content));
      }
    }
    found.appendTail(value);
    if (typed.length() >= LONG_ENOUGH_TO_FIND) {
      secrets.add(value.toString()); // a user may regard a whole value as secret
    }
    return new FilledIn(value.toString(), secrets, variables);
  }

  /** The value, only for the request. */
  String value() {
    return value;
  }

  /** The parts that must not be printed. */
  List<String> secrets() {
    return secrets;
  }

  /** Whether it contains the value of a variable. */
  boolean isSecret() {
    return !variables.isEmpty();
  }

  @Override
  public String toString() {
    return "FilledIn" + variables;
  }
}
