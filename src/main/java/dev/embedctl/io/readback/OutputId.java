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

/** The id in a row of an output. */
public sealed interface OutputId {

  /**
   * Whether it is the id of a record.
   *
   * @param json the record's id as a JSON value, if it has one
   */
  boolean isOf(Optional<String> json);

  /** The id as a part of a message. */
  String shown();

  /** The id as text, without JSON's quotes; empty if the row has none. */
  Optional<String> text();

  /** The id as a JSON value; empty if the row has none. */
  Optional<String> json();

  /** The row has no id. */
  record None() implements OutputId {
    @Override
    public boolean isOf(Optional<String> json) {
      return json.isEmpty();
    }

    @Override
    public String shown() {
      return "no id";
    }

    @Override
    public Optional<String> text() {
      return Optional.empty();
    }

    @Override
    public Optional<String> json() {
      return Optional.empty();
    }
  }

  /** An id in JSON. Another tool may have reformatted it, for example as {@code 1e2}. */
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

    @Override
    public Optional<String> text() {
      return Optional.of(Decoded.of(value).text());
    }

    @Override
    public Optional<String> json() {
      return Optional.of(value);
    }
  }

  /**
   * An id in a table's cell, where the number 1 and the string "1" look the same, and a missing id
   * looks like "".
   */
  record Cell(String cell) implements OutputId {
    public Cell {
      Objects.requireNonNull(cell);
    }

    @Override
    public boolean isOf(Optional<String> json) {
      return cell.equals(json.map(Decoded::of).map(Decoded::text).orElse(""));
    }

    @Override
    public String shown() {
      return cell.isEmpty() ? "no id" : "id " + JsonText.quoted(cell);
    }

    @Override
    public Optional<String> json() {
      return text().map(JsonText::quoted);
    }

    @Override
    public Optional<String> text() {
      return cell.isEmpty() ? Optional.empty() : Optional.of(cell);
    }
  }

  /** A decoded JSON value, independent of its formatting. */
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
        throw new IllegalArgumentException("the reader should have checked this JSON: " + json, e);
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
