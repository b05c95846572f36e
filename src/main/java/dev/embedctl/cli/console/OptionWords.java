package dev.embedctl.cli.console;

import dev.embedctl.model.Parameter;

/** Shows the parameters that messages name as the command line's options. */
public final class OptionWords {
  private OptionWords() {}

  /** The message with {@code --max-tokens} in place of {@code `max-tokens`}. */
  public static String in(String message) {
    if (message.indexOf('`') < 0) {
      return message;
    }
    String shown = message;
    for (Parameter parameter : Parameter.values()) {
      shown = shown.replace(parameter.toString(), "--" + parameter.key());
    }
    return shown;
  }
}
