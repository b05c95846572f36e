package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * A line of Gemini's results: {@code {"key", "response"}} or {@code {"key", "error"}}; in a job's
 * description the key is in {@code metadata}.
 */
final class GeminiLine {
  /** Codes of google.rpc: the job was cancelled, or its time was over. */
  private static final int CANCELLED = 1;

  private static final int DEADLINE_EXCEEDED = 4;
  private static final int LOWEST_HTTP_STATUS = 100;

  private final byte[] line;
  private Optional<String> key = Optional.empty();
  private Optional<RawValue> response = Optional.empty();
  private Optional<RawValue> error = Optional.empty();
  private int code;
  private String message = "";

  private GeminiLine(byte[] line) {
    this.line = line;
  }

  static LineReply read(byte[] line) throws IOException {
    GeminiLine read = new GeminiLine(line);
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
    switch (name) {
      case "key" -> key = Optional.of(json.getText());
      case "metadata" -> {
        if (json.isExpectedStartObjectToken()) {
          key = Fields.at(json).text("key").or(() -> key);
        }
      }
      case "response" -> response = Optional.of(RawValue.at(json, line));
      case "error" -> {
        if (json.currentToken() != JsonToken.VALUE_NULL) {
          error(json);
        }
      }
      default -> json.skipChildren();
    }
  }

  private void error(JsonParser json) throws IOException {
    byte[] whole = RawValue.at(json, line).bytes();
    Fields fields;
    try (JsonParser inner = WireJson.parser(whole)) {
      inner.nextToken();
      fields = Fields.at(inner);
    }
    code = (int) fields.count("code");
    message = fields.text("message").orElse("");
    error =
        Optional.of(
            new RawValue(
                WireJson.object(
                    body -> {
                      body.writeObjectFieldStart("error");
                      body.writeNumberField("code", status(code));
                      body.writeStringField("message", message);
                      body.writeEndObject();
                    })));
  }

  private LineReply reply() throws IOException {
    String name = key.orElseThrow(() -> new IOException("the line has no \"key\""));
    if (error.isEmpty()) {
      return new LineReply.Answered(
          name, response.orElseThrow(() -> new IOException("the line has no response")));
    }
    return code == CANCELLED || code == DEADLINE_EXCEEDED
        ? new LineReply.Unfinished(name, message)
        : new LineReply.Rejected(name, status(code), error.get());
  }

  /** The status of a call for a code of google.rpc. */
  private static int status(int code) {
    return switch (code) {
      case 3, 9, 11 -> 400;
      case 5 -> 404;
      case 7 -> 403;
      case 8 -> 429;
      case 14 -> 503;
      case 16 -> 401;
      default -> code >= LOWEST_HTTP_STATUS ? code : 500;
    };
  }
}
