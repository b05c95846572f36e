package dev.embedctl.cli.console;

import dev.embedctl.model.Parameter;

/** Replaces the names of parameters in messages by those of options. */
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
