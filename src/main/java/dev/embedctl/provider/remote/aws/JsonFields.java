package dev.embedctl.provider.remote.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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

  Optional<String> get(String name) {
    return Optional.ofNullable(fields.get(name)).filter(value -> !value.isBlank());
  }
}
