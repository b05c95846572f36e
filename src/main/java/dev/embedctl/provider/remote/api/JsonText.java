package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.TokenCounter;

/** Measures texts in a JSON body. */
public final class JsonText {
  private static final int BYTES_OF_A_CONTROL = 6;

  private JsonText() {}

  /** The bytes of a text in UTF-8, with escapes and without quotes. */
  public static int bytes(String text) {
    int bytes = TokenCounter.utf8Length(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ') {
        bytes += BYTES_OF_A_CONTROL - 1;
      } else if (c == '"' || c == '\\') {
        bytes++;
      }
    }
    return bytes;
  }
}
