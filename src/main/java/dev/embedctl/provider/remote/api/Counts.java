package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;

/** Reads counts that a server tells: whatever stands there, it is a count or nothing. */
final class Counts {
  private static final double WHOLE_AT_MOST = 1L << 53;

  private Counts() {}

  /**
   * The count at the parser's place, whose children are skipped where it is no number. No text has
   * no tokens, so 0 is no count.
   */
  static OptionalLong at(JsonParser json) throws IOException {
    JsonToken value = json.currentToken();
    if (value == JsonToken.VALUE_NUMBER_INT) {
      return switch (json.getNumberType()) {
        case INT, LONG ->
            json.getLongValue() <= 0 ? OptionalLong.empty() : OptionalLong.of(json.getLongValue());
        default -> OptionalLong.empty();
      };
    }
    if (value == JsonToken.VALUE_NUMBER_FLOAT && json.getTextLength() <= JsonVectors.DIGITS) {
      double number = json.getDoubleValue(); // some write 7 as 7.0
      return number > 0 && number <= WHOLE_AT_MOST && number == Math.rint(number)
          ? OptionalLong.of((long) number)
          : OptionalLong.empty();
    }
    json.skipChildren();
    return OptionalLong.empty();
  }
}
