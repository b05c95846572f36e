package dev.embedctl.provider.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What the body of a failed reply says: the strings and numbers of its {@code error} object, or of
 * the body itself where the server puts them there. A body that breaks off still gives what came
 * before; one that is no JSON is itself the message.
 */
final class ErrorBody {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int READ_AS_TEXT = 2000;
  private static final int LONGEST_MESSAGE = 300;

  private final Map<String, String> fields;
  private final String message;

  private ErrorBody(Map<String, String> fields, String message) {
    this.fields = fields;
    this.message = message;
  }

  static ErrorBody of(byte[] body) {
    Map<String, String> fields = fieldsOf(body);
    String said = fields.getOrDefault("message", fields.getOrDefault("detail", asText(body)));
    return new ErrorBody(fields, said.replaceAll("[\\s\\p{Cntrl}]+", " ").strip());
  }

  private static String asText(byte[] body) {
    return new String(body, 0, Math.min(body.length, READ_AS_TEXT), StandardCharsets.UTF_8);
  }

  /** A field's string or number; empty where there is none. */
  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /** The whole message, on one line. */
  String message() {
    return message;
  }

  /** The status and the message, cut where it is long. */
  String told(int status) {
    if (message.isEmpty()) {
      return "HTTP " + status;
    }
    boolean isLong = message.length() > LONGEST_MESSAGE;
    return "HTTP "
        + status
        + ": "
        + (isLong ? message.substring(0, LONGEST_MESSAGE) + "…" : message);
  }

  private static Map<String, String> fieldsOf(byte[] body) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        collect(json, fields);
      }
    } catch (IOException e) {
      fields.putIfAbsent("unreadable", e.getClass().getSimpleName());
    }
    return fields;
  }

  private static void collect(JsonParser json, Map<String, String> fields) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && field.equals("error")) {
        collect(json, fields);
      } else if (value == JsonToken.VALUE_STRING && field.equals("error")) {
        fields.putIfAbsent("message", json.getText());
      } else if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
        fields.putIfAbsent(field, json.getText());
      } else {
        json.skipChildren();
      }
    }
  }
}
