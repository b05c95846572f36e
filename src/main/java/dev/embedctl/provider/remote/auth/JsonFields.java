package dev.embedctl.provider.remote.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The strings, numbers and truth values of a JSON object; those of inner objects by their path. */
public record JsonFields(Map<String, String> values) {
  private static final JsonFactory JSON = new JsonFactory();

  public JsonFields {
    values = Map.copyOf(values);
  }

  /**
   * Reads an object.
   *
   * @throws IOException if the bytes are not a JSON object; the message repeats none of them
   */
  public static JsonFields of(byte[] json) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is not a JSON object");
      }
      collect(parser, "", values);
    } catch (JsonProcessingException e) {
      throw new IOException("it is not valid JSON (line " + e.getLocation().getLineNr() + ")");
    }
    return new JsonFields(values);
  }

  /** The object as JSON: all values are texts in it, and sorted by their names. */
  public byte[] written() {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(document)) {
      json.writeStartObject();
      for (Map.Entry<String, String> field : new TreeMap<>(values).entrySet()) {
        json.writeStringField(field.getKey(), field.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return document.toByteArray();
  }

  private static void collect(JsonParser json, String prefix, Map<String, String> values)
      throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String path = prefix + json.currentName();
      switch (json.nextToken()) {
        case START_OBJECT -> collect(json, path + ".", values);
        case START_ARRAY -> json.skipChildren();
        case VALUE_NULL -> {} // as if it were missing
        default -> values.put(path, json.getText());
      }
    }
  }

  /** The value at a path such as {@code a.b}; empty if it is missing or blank. */
  public Optional<String> at(String path) {
    return Optional.ofNullable(values.get(path)).filter(value -> !value.isBlank());
  }

  /** Whether there is an object at a path. */
  public boolean hasObject(String path) {
    return values.keySet().stream().anyMatch(each -> each.startsWith(path + "."));
  }

  /** The object at a path; it is empty if there is none. */
  public JsonFields within(String path) {
    Map<String, String> inner = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(path + ".")) {
            inner.put(name.substring(path.length() + 1), value);
          }
        });
    return new JsonFields(inner);
  }

  /** The names of the values only, since the values may be secret. */
  @Override
  public String toString() {
    return "JsonFields" + values.keySet();
  }
}
