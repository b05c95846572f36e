package dev.embedctl.provider.remote.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The texts and numbers in a JSON object, by their names; those of inner objects too. */
final class JsonFields {
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, String> fields = new HashMap<>();

  /** Reads a document. */
  static JsonFields of(byte[] document) throws IOException {
    JsonFields read = new JsonFields();
    try (JsonParser json = JSON.createParser(document)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is not a JSON object");
      }
      while (json.nextToken() != null) {
        if (json.currentToken().isScalarValue() && json.currentName() != null) {
          read.fields.put(json.currentName(), json.getText());
        }
      }
    }
    return read;
  }

  /** All of them. */
  Map<String, String> all() {
    return new TreeMap<>(fields);
  }

  /** A document with these texts. */
  static byte[] written(Map<String, String> fields) {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(document)) {
      json.writeStartObject();
      for (Map.Entry<String, String> field : fields.entrySet()) {
        json.writeStringField(field.getKey(), field.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return document.toByteArray();
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(fields.get(name)).filter(value -> !value.isBlank());
  }
}
