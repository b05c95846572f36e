package dev.embedctl.provider.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A JSON value from a model's folder, as maps, lists, strings, numbers and booleans. Only Jackson's
 * streaming parser is used, since loading its object mapper takes most of a second.
 */
record JsonValue(Optional<Object> value) {
  /** The value of a missing file. */
  static final JsonValue NOTHING = new JsonValue(Optional.empty());

  /**
   * Names are not interned: each of a vocabulary's 30,000 names occurs once, and interning them
   * more than doubles the time.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /**
   * Reads a file.
   *
   * @throws Usage if it cannot be read or is not JSON
   */
  static JsonValue read(Path file) {
    try (JsonParser json = JSON.createParser(Files.readString(file))) {
      json.nextToken();
      return new JsonValue(Optional.ofNullable(value(json)));
    } catch (IOException e) {
      throw new Usage(
          "the model's "
              + file
              + " cannot be read: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static Object value(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == null) {
      throw new IOException("the file is empty");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          object.put(name, value(json));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /** A field of an object; empty if this is not an object or has no such field. */
  JsonValue at(String name) {
    return new JsonValue(
        value.filter(Map.class::isInstance).map(object -> ((Map<?, ?>) object).get(name)));
  }

  /** The fields of an object; empty if this is not an object. */
  Map<String, JsonValue> fields() {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    if (value.orElse(null) instanceof Map<?, ?> object) {
      object.forEach(
          (name, field) ->
              fields.put((String) name, new JsonValue(Optional.ofNullable((Object) field))));
    }
    return fields;
  }

  /** The items of a list; empty if this is not a list. */
  List<JsonValue> items() {
    return value.orElse(null) instanceof List<?> list
        ? list.stream().map(item -> new JsonValue(Optional.ofNullable((Object) item))).toList()
        : List.of();
  }

  Optional<String> text() {
    return value.filter(String.class::isInstance).map(String.class::cast);
  }

  OptionalInt integer() {
    return value.orElse(null) instanceof Double number && number < Integer.MAX_VALUE
        ? OptionalInt.of(number.intValue())
        : OptionalInt.empty();
  }

  Optional<Boolean> truth() {
    return value.filter(Boolean.class::isInstance).map(Boolean.class::cast);
  }
}
