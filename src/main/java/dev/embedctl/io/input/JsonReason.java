package dev.embedctl.io.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;

/** Explains in a few words why a line is not JSON. */
public final class JsonReason {
  static final String TOO_EARLY = "it ends too early";

  private static final String MARK =
      "a byte-order mark, U+FEFF, in the middle (were files joined?)";

  private static final int MAX_CHARS = 160;

  private JsonReason() {}

  public static String of(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    if (e instanceof JsonEOFException) {
      return "not valid JSON: " + TOO_EARLY + column(e);
    }
    if (e instanceof StreamConstraintsException) {
      return message.startsWith("Document nesting depth")
          ? "JSON that is nested too deep"
          : "JSON with a number or name that is too long";
    }
    if (message.startsWith("Duplicate field")) {
      return "field " + tidy(message.substring("Duplicate field".length())) + " occurs twice";
    }
    if (message.startsWith("Non-standard token")) {
      return "not valid JSON: " + tidy(message) + field(e) + column(e);
    }
    return "not valid JSON: " + tidy(message) + column(e);
  }

  private static String field(JsonProcessingException e) {
    String name =
        e.getProcessor() instanceof JsonParser parser
            ? parser.getParsingContext().getCurrentName()
            : null;
    return name == null ? "" : ", in field '" + name + "'";
  }

  private static String column(JsonProcessingException e) {
    return e.getLocation() == null ? "" : ", at column " + (e.getLocation().getCharOffset() + 1);
  }

  /** Jackson's message without its references to the source, as part of a sentence on one line. */
  private static String tidy(String message) {
    String plain =
        message
            .replaceAll(": (was expecting \\(|expected a valid value ).*", "")
            .replaceAll(": maybe a .* comment\\?.*", ": JSON has no comments")
            .replaceAll("Non-standard token '([^']*)'.*", "$1, a number that JSON does not have")
            .replaceAll("[^']*'\uFEFF'.*", MARK)
            .replaceAll("Illegal unquoted character.*", "a control character that is not escaped")
            .replaceAll("(Illegal|Unexpected) character \\(\\(?CTRL-CHAR.*", "a control character")
            .replaceAll("\\(CTRL-CHAR[^)]*\\)+", "of a control character")
            .replaceAll(
                "[(:]?[^(:]*`[A-Za-z]+ReadFeature.*",
                "") // the option of the parser that would allow it
            .replaceAll("\\s*\\(code \\d+[^)]*\\)", "")
            .replaceAll("\\s*\\(?(for|start marker at) [^\\[]*\\[Source:.*", "")
            .replaceAll("\\p{Cntrl}", " ")
            .strip();
    String brief =
        plain.length() <= MAX_CHARS ? plain : plain.substring(0, MAX_CHARS).strip() + "…";
    return TextRules.wellFormed(brief);
  }
}
