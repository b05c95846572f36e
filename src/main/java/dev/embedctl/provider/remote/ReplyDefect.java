package dev.embedctl.provider.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.List;

/** Explains why a reply cannot be read, without the words of a library. */
final class ReplyDefect {
  /** Values that servers write although JSON does not have them. */
  private static final List<String> NO_NUMBERS = List.of("NaN", "Infinity", "INF");

  private ReplyDefect() {}

  static String words(IOException defect) {
    return switch (defect) {
      case JsonEOFException e -> "it is incomplete: its JSON ends too early";
      case JsonProcessingException e -> ofJson(e);
      default -> FailureMessages.firstLine(defect);
    };
  }

  private static String ofJson(JsonProcessingException defect) {
    String original = String.valueOf(defect.getOriginalMessage());
    long at = defect.getLocation() == null ? -1 : defect.getLocation().getByteOffset();
    String where = at < 0 ? "" : " at byte " + at;
    return NO_NUMBERS.stream()
        .filter(number -> original.contains("'" + number + "'") || original.contains("'-" + number))
        .findFirst()
        .map(number -> "it contains " + number + where + ", which is not a number in JSON")
        .orElse("it is not JSON" + where);
  }
}
