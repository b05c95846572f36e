package dev.embedctl.io.readback;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.io.input.JsonLine;
import dev.embedctl.io.input.JsonText;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;

/** The id that a row of an output bears. */
public sealed interface OutputId {

  /**
   * Whether it is a record's.
   *
   * @param json the record's id as the JSON value it was, where it has one
   */
  boolean isOf(Optional<String> json);

  /** As a clause of a message. */
  String shown();

  /** There is none. */
  record None() implements OutputId {
    @Override
    public boolean isOf(Optional<String> json) {
      return json.isEmpty();
    }

    @Override
    public String shown() {
      return "no id";
    }
  }

  /** An id in JSON. A tool in between may have written it in another way, as {@code 1e2}. */
  record Json(String value) implements OutputId {
    public Json {
      Objects.requireNonNull(value);
    }

    @Override
    public boolean isOf(Optional<String> json) {
      return json.isPresent()
          && (value.equals(json.get()) || Decoded.of(value).isSame(Decoded.of(json.get())));
    }

    @Override
    public String shown() {
      return "id " + value;
    }
  }

  /**
   * An id in a table's cell, where a number looks like a string of its digits, and none like "".
   */
  record Cell(String text) implements OutputId {
    public Cell {
      Objects.requireNonNull(text);
    }

    @Override
    public boolean isOf(Optional<String> json) {
      return text.equals(json.map(Decoded::of).map(Decoded::text).orElse(""));
    }

    @Override
    public String shown() {
      return text.isEmpty() ? "no id" : "id " + JsonText.quoted(text);
    }
  }

  /** What a JSON value says, however it is written. */
  record Decoded(Kind kind, String text) {
    private static final JsonFactory JSON = JsonLine.newFactory();

    private enum Kind {
      STRING,
      NUMBER
    }

    private static Decoded of(String json) {
      try (JsonParser parser = JSON.createParser(json)) {
        Kind kind = parser.nextToken() == JsonToken.VALUE_STRING ? Kind.STRING : Kind.NUMBER;
        return new Decoded(kind, parser.getText());
      } catch (IOException e) {
        throw new IllegalArgumentException("its reader checked it: " + json, e);
      }
    }

    private boolean isSame(Decoded other) {
      if (kind != other.kind) {
        return false;
      }
      return switch (kind) {
        case STRING -> text.equals(other.text);
        case NUMBER -> new BigDecimal(text).compareTo(new BigDecimal(other.text)) == 0;
      };
    }
  }
}
