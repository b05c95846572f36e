package dev.embedctl.cache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a spec is written in the cache's JSON: in {@code meta.json}, in exported lines and in cache
 * tables.
 */
public final class SpecJson {
  /** Parsers and generators of flat objects. */
  public static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SpecJson() {}

  /** Writes the spec's fields into the object that the generator stands in. */
  public static void write(JsonGenerator json, EmbeddingSpec spec) throws IOException {
    json.writeStringField("provider", spec.provider());
    json.writeStringField("endpoint", spec.endpoint());
    json.writeStringField("model", spec.model());
    if (spec.dimensions().isPresent()) {
      json.writeNumberField("dimensions", spec.dimensions().getAsInt());
    }
    if (spec.inputType().isPresent()) {
      json.writeStringField("input_type", word(spec.inputType().get()));
    }
    json.writeStringField("oversize", word(spec.oversize()));
    json.writeStringField("revision", spec.revision());
  }

  /**
   * The spec among an object's fields.
   *
   * @throws IllegalArgumentException with a message for the user, where a field is missing or wrong
   */
  public static EmbeddingSpec read(Map<String, String> fields) {
    Optional<String> dimensions = Optional.ofNullable(fields.get("dimensions"));
    Optional<String> inputType = Optional.ofNullable(fields.get("input_type"));
    return new EmbeddingSpec(
        required(fields, "provider"),
        required(fields, "endpoint"),
        required(fields, "model"),
        dimensions.isPresent()
            ? OptionalInt.of(Math.toIntExact(number(fields, "dimensions")))
            : OptionalInt.empty(),
        inputType.map(word -> one("input_type", InputType.values(), word)),
        one("oversize", Oversize.values(), required(fields, "oversize")),
        required(fields, "revision"));
  }

  /**
   * The fields of one flat object, numbers as they are written; a null is as good as no field.
   *
   * @throws IOException where it is no such object, and nothing but it
   */
  public static Map<String, String> fields(String text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      Map<String, String> fields = new HashMap<>();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == null || value.isStructStart()) {
          throw new IOException("\"" + name + "\" is not a string or a number");
        }
        if (value != JsonToken.VALUE_NULL) {
          fields.put(name, parser.getText());
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw new IOException("not a complete JSON object");
      }
      return fields;
    }
  }

  /** The text of a field that must be there. */
  public static String required(Map<String, String> fields, String name) {
    return Optional.ofNullable(fields.get(name))
        .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is missing"));
  }

  /** The whole number of a field that must be there. */
  public static long number(Map<String, String> fields, String name) {
    try {
      return Long.parseLong(required(fields, name));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + name + "\" is not a whole number", e);
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E one(String name, E[] values, String word) {
    for (E value : values) {
      if (word(value).equals(word)) {
        return value;
      }
    }
    throw new IllegalArgumentException("\"" + name + "\" cannot be \"" + word + "\"");
  }
}
