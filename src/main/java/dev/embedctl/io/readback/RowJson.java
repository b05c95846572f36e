package dev.embedctl.io.readback;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.input.JsonLine;
import dev.embedctl.io.input.JsonReason;
import dev.embedctl.io.readback.VectorParser.NoVector;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A row in one line of JSON: the index and id of its record, and its vector, if there is one. Valid
 * until the next line is read.
 */
final class RowJson {
  private final JsonFactory factory =
      JsonLine.newFactory().rebuild().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  private final VectorParser embeddings;

  private OptionalLong index = OptionalLong.empty();
  private OutputId id = new OutputId.None();
  private Optional<Vector> vector = Optional.empty();
  private Optional<String> metadata = Optional.empty();
  private Optional<String> defect = Optional.empty();

  RowJson(VectorParser embeddings) {
    this.embeddings = embeddings;
  }

  /** Reads the current line of a reader. */
  void read(LineReader lines) throws IOException {
    index = OptionalLong.empty();
    id = new OutputId.None();
    vector = Optional.empty();
    metadata = Optional.empty();
    defect = Optional.empty();
    if (lines.isTooLong()) {
      defect("the line is longer than " + lines.maxChars() + " characters");
      return;
    }
    String line = lines.text();
    try (JsonParser parser = factory.createParser(lines.chars(), lines.start(), lines.length())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        defect("not a JSON object");
        return;
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        member(name, parser.nextToken(), parser, line);
      }
      if (parser.nextToken() != null) {
        defect("there is text after the JSON object");
      }
    } catch (JsonProcessingException e) {
      defect(JsonReason.of(e));
    }
    if (index.isEmpty()) {
      defect("the index is missing or not an integer of at least 0");
    }
  }

  private void member(String name, JsonToken value, JsonParser parser, String line)
      throws IOException {
    switch (name) {
      case "index" -> {
        if (value == JsonToken.VALUE_NUMBER_INT && parser.getBigIntegerValue().bitLength() < 63) {
          long number = parser.getLongValue();
          index = number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
        }
      }
      case "id" -> id(value, parser, line);
      case "embedding" -> embedding(parser);
      case "metadata" -> metadata(value, parser, line);
      default -> {}
    }
    parser.skipChildren();
  }

  private void id(JsonToken value, JsonParser parser, String line) throws IOException {
    if (value == JsonToken.VALUE_STRING || value.isNumeric()) {
      int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
      parser.finishToken();
      int end = Math.toIntExact(parser.currentLocation().getCharOffset());
      id = new OutputId.Json(line.substring(start, end));
    } else if (value != JsonToken.VALUE_NULL) {
      defect("the id is neither a string nor a number");
    }
  }

  private void metadata(JsonToken value, JsonParser parser, String line) throws IOException {
    if (value == JsonToken.START_OBJECT) {
      int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
      parser.skipChildren();
      int end = Math.toIntExact(parser.currentLocation().getCharOffset());
      metadata = Optional.of(line.substring(start, end));
    }
  }

  private void embedding(JsonParser parser) throws IOException {
    try {
      vector = Optional.of(embeddings.read(parser));
    } catch (NoVector e) {
      defect(e.getMessage());
    }
  }

  /** Keeps the first defect. */
  private void defect(String reason) {
    if (defect.isEmpty()) {
      defect = Optional.of(reason);
    }
  }

  OptionalLong index() {
    return index;
  }

  OutputId id() {
    return id;
  }

  /** The vector; empty if the line has none. */
  Optional<Vector> vector() {
    return vector;
  }

  /** The metadata, a JSON object; empty if the line has none. */
  Optional<String> metadata() {
    return metadata;
  }

  /** The defect of the line; empty if it is a valid row. */
  Optional<String> defect() {
    return defect;
  }
}
