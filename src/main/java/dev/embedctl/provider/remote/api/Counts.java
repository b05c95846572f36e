package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;

/** Reads counts in a server's reply; other values are ignored. */
final class Counts {
  private static final double WHOLE_AT_MOST = 1L << 53;

  private Counts() {}

  /**
   * The count at the parser's position; a value of another type is skipped. 0 is not a count, since
   * every text has tokens.
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
