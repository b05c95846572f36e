package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A line of results of OpenAI's batch API and of those that are like it: {@code {"custom_id",
 * "response": {"status_code", "body"}, "error"}}. The body of a failure may be JSON in a string, or
 * missing with a {@code message} in its place.
 */
final class ResponseLine {
  private static final int OK = 200;

  private final byte[] line;
  private Optional<String> id = Optional.empty();
  private OptionalInt status = OptionalInt.empty();
  private Optional<RawValue> body = Optional.empty();
  private Optional<RawValue> response = Optional.empty();
  private Optional<String> error = Optional.empty();

  private ResponseLine(byte[] line) {
    this.line = line;
  }

  static LineReply read(byte[] line) throws IOException {
    ResponseLine read = new ResponseLine(line);
    WireJson.whole(
        line,
        json -> {
          if (!json.isExpectedStartObjectToken()) {
            throw new IOException("the line is not a JSON object");
          }
          WireJson.members(json, name -> read.member(json, name));
          return read;
        });
    return read.reply();
  }

  private void member(JsonParser json, String name) throws IOException {
    if (name.equals("custom_id") && json.currentToken() == JsonToken.VALUE_STRING) {
      id = Optional.of(json.getText());
    } else if (name.equals("response") && json.isExpectedStartObjectToken()) {
      long from = json.currentTokenLocation().getByteOffset();
      WireJson.members(json, inner -> response(json, inner));
      response = Optional.of(RawValue.between(from, json, line));
    } else if (name.equals("error") && json.currentToken() != JsonToken.VALUE_NULL) {
      error = Optional.of(message(json));
    } else {
      json.skipChildren();
    }
  }

  private void response(JsonParser json, String name) throws IOException {
    if (name.equals("status_code") && json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      status = OptionalInt.of(json.getIntValue());
    } else if (name.equals("body")) {
      body = Optional.of(RawValue.at(json, line));
    } else {
      json.skipChildren();
    }
  }

  /** The error of a line without a response: an object with a message, or a string. */
  private static String message(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      String text = json.getValueAsString("");
      json.skipChildren();
      return text;
    }
    Fields fields = Fields.at(json);
    return fields.text("message").or(() -> fields.text("code")).orElse("");
  }

  private LineReply reply() throws IOException {
    String name = id.orElseThrow(() -> new IOException("the line has no \"custom_id\""));
    if (status.isEmpty()) {
      return new LineReply.Unfinished(
          name, error.orElseThrow(() -> new IOException("the line has no response")));
    }
    if (status.getAsInt() != OK) {
      return new LineReply.Rejected(name, status.getAsInt(), body.or(() -> response).orElseThrow());
    }
    return new LineReply.Answered(
        name, body.orElseThrow(() -> new IOException("the line's response has no body")));
  }
}
