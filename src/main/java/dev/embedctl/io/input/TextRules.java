package dev.embedctl.io.input;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.NameHint;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Text;
import java.util.Locale;

/**
 * Checks which texts may be embedded. A valid text stays exactly as it is: nothing is trimmed or
 * normalised.
 *
 * <p>A text is blank if all its characters have Unicode's property White_Space. So a no-break space
 * is blank, and a zero width space (U+200B), which lacks the property, is a text.
 */
public final class TextRules {
  private TextRules() {}

  /** The text, if it is valid. */
  public static Text check(String text) {
    int lone = loneSurrogate(text);
    if (lone >= 0) {
      return invalidUnicode(text.charAt(lone), lone);
    }
    return isBlank(text)
        ? new Text.Invalid(FailureCode.BLANK_TEXT, "the text is blank")
        : new Text.Valid(text);
  }

  static Text.Invalid missing(FieldSelector field, Fields fields) {
    return new Text.Invalid(
        FailureCode.MISSING_TEXT,
        "no field '"
            + field.given()
            + "'"
            + NameHint.among(field.given(), fields.namesNear(field)));
  }

  static Text.Invalid notAString(FieldSelector field, JsonKind kind) {
    return new Text.Invalid(
        FailureCode.NOT_A_STRING,
        "field '" + field.given() + "' is " + kind.phrase() + ", not a string");
  }

  static Text.Invalid invalidRecord(String reason) {
    return new Text.Invalid(FailureCode.INVALID_RECORD, reason);
  }

  /**
   * Explains a lone surrogate.
   *
   * @param offset its position, from 0
   */
  static Text.Invalid invalidUnicode(char lone, int offset) {
    // Utf8Reader converts an invalid byte to it; as an escape in JSON it is invalid, too.
    boolean badByte = lone >= 0xDC80 && lone <= 0xDCFF;
    return new Text.Invalid(
        FailureCode.INVALID_UNICODE,
        badByte
            ? String.format(
                Locale.ROOT,
                "not valid UTF-8: byte 0x%02X at character %d; if it is in another encoding,"
                    + " pass "
                    + Parameter.ENCODING
                    + " NAME",
                lone - 0xDC00,
                offset + 1L)
            : String.format(
                Locale.ROOT, "a lone surrogate, U+%04X, at character %d", (int) lone, offset + 1L));
  }

  /** The position of the first lone surrogate; negative if there is none. */
  static int loneSurrogate(CharSequence text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        if (c > Character.MAX_HIGH_SURROGATE
            || i + 1 == length
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** The text with U+FFFD for each lone surrogate, so that it can be written as UTF-8. */
  public static String wellFormed(String text) {
    int lone = loneSurrogate(text);
    if (lone < 0) {
      return text;
    }
    char[] chars = text.toCharArray();
    for (int i = lone; i < chars.length; i++) {
      if (!Character.isSurrogate(chars[i])) {
        continue;
      }
      if (i + 1 < chars.length && Character.isSurrogatePair(chars[i], chars[i + 1])) {
        i++;
      } else {
        chars[i] = '\uFFFD';
      }
    }
    return new String(chars);
  }

  static boolean isBlank(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isWhiteSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Unicode's property White_Space, which no method of Character has; all of it is in the BMP. */
  private static boolean isWhiteSpace(char c) {
    return c == ' '
        || (c >= '\t' && c <= '\r')
        || c == '\u0085'
        || c == '\u00A0'
        || c == '\u1680'
        || (c >= '\u2000' && c <= '\u200A')
        || c == '\u2028'
        || c == '\u2029'
        || c == '\u202F'
        || c == '\u205F'
        || c == '\u3000';
  }
}
