package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The values of a JSON object by their paths, for example {@code errors.data[0].code}. */
final class Fields {
  private static final int MOST = 500;
  private static final int LONGEST = 2000;

  /** A member that may hold the vectors of a whole job; only its presence is noted. */
  private static final String VECTORS = "inlinedResponses";

  private final Map<String, String> values = new HashMap<>();

  private Fields() {}

  /** The values of a body with one object. */
  static Fields of(InputStream body) throws IOException {
    try (JsonParser json = WireJson.parser(body)) {
      json.nextToken();
      return at(json);
    }
  }

  /** The values of the object that the parser is at. */
  static Fields at(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      throw new IOException("the reply is not a JSON object");
    }
    Fields fields = new Fields();
    fields.collect(json, "");
    return fields;
  }

  private void collect(JsonParser json, String path) throws IOException {
    switch (json.currentToken()) {
      case START_OBJECT ->
          WireJson.members(
              json,
              name -> {
                String inner = path.isEmpty() ? name : path + "." + name;
                if (name.equals(VECTORS)) {
                  json.skipChildren();
                  put(inner, "present");
                } else {
                  collect(json, inner);
                }
              });
      case START_ARRAY -> {
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
          collect(json, path + "[" + i + "]");
        }
      }
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          put(path, json.getText());
      case null, default -> {} // null is the same as no value
    }
  }

  private void put(String path, String value) {
    if (values.size() < MOST && value.length() <= LONGEST) {
      values.putIfAbsent(path, value);
    }
  }

  /** A value that is not blank. */
  Optional<String> text(String path) {
    return Optional.ofNullable(values.get(path)).filter(value -> !value.isBlank());
  }

  /** A value that must be there. */
  String need(String path) throws IOException {
    return text(path).orElseThrow(() -> new IOException("the reply has no \"" + path + "\""));
  }

  /** A number of at least 0, also in quotes; 0 if there is none. */
  long count(String path) {
    return text(path).filter(value -> value.matches("\\d{1,18}")).map(Long::parseLong).orElse(0L);
  }
}
