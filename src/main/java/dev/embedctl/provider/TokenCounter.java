package dev.embedctl.provider;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/** Counts the tokens of a text, and cuts a text, as OpenAI's {@code cl100k_base} does. */
public final class TokenCounter {
  private TokenCounter() {}

  /** Loaded for the first text, since loading takes a third of a second. */
  private static final class Table {
    static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
  }

  /** The number of tokens in a text. */
  public static int count(String text) {
    return Table.ENCODING.countTokensOrdinary(text);
  }

  /** The beginning of a text with at most this number of tokens, cut after a character. */
  public static String cut(String text, int tokens) {
    return Table.ENCODING.decode(Table.ENCODING.encodeOrdinary(text, tokens).getTokens());
  }

  /** The bytes of a text in UTF-8; a byte-level tokenizer never counts more tokens. */
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
