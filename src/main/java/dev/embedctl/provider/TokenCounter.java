package dev.embedctl.provider;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/** Counts a text's tokens, and cuts a text to so many, as OpenAI's {@code cl100k_base} does. */
public final class TokenCounter {
  private TokenCounter() {}

  /** Loaded when the first text asks for it: the table takes a third of a second. */
  private static final class Table {
    static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
  }

  /** Tokens in the text. */
  public static int count(String text) {
    return Table.ENCODING.countTokensOrdinary(text);
  }

  /** The text's beginning, so many tokens at most, cut where a character ends. */
  public static String cut(String text, int tokens) {
    return Table.ENCODING.decode(Table.ENCODING.encodeOrdinary(text, tokens).getTokens());
  }

  /** Bytes of the text in UTF-8: what a byte-level tokenizer's count can never exceed. */
  public static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes += 1;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (Character.isSurrogate(c)) {
        bytes += 2;
      } else {
        bytes += 3;
      }
    }
    return bytes;
  }
}
