package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A value of a line as it stands there, to be parsed by whoever knows it. */
public final class RawValue {
  private final byte[] json;

  RawValue(byte[] json) {
    this.json = json;
  }

  /** The value at the parser's position, or the JSON in a string. */
  static RawValue at(JsonParser json, byte[] line) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return new RawValue(json.getText().getBytes(StandardCharsets.UTF_8));
    }
    long from = json.currentTokenLocation().getByteOffset();
    json.skipChildren();
    return between(from, json, line);
  }

  /** The value from an offset to the parser's position. */
  static RawValue between(long from, JsonParser json, byte[] line) throws IOException {
    long to = json.currentLocation().getByteOffset();
    if (from < 0 || to < from || to > line.length) {
      throw new IOException("the line is not UTF-8"); // offsets are of another encoding
    }
    return new RawValue(Arrays.copyOfRange(line, (int) from, (int) to));
  }

  /** Its bytes, which nobody changes. */
  public byte[] bytes() {
    return json;
  }
}
