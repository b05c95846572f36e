package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes the JSON of requests and parses the JSON of replies. */
final class WireJson {
  /** Enough for a vector of a million values in base64. */
  private static final int LONGEST_STRING = 8 << 20;

  /**
   * Allows numbers of any length, so that a long number in an unused field does not make a reply
   * unreadable. The length of a used number is checked first.
   */
  private static final int LONGEST_NUMBER = Integer.MAX_VALUE;

  private static final int DEEPEST = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxStringLength(LONGEST_STRING)
                  .build())
          .build();

  private WireJson() {}

  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Members {
    void to(JsonGenerator json) throws IOException;
  }

  /** A body with one object. */
  static byte[] object(Members members) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      members.to(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return body.toByteArray();
  }

  /** Writes the texts of a request. */
  static void texts(JsonGenerator json, String member, List<String> texts, Dialect.TextForm form)
      throws IOException {
    switch (form) {
      case LIST -> {
        json.writeArrayFieldStart(member);
        for (String text : texts) {
          json.writeString(text);
        }
        json.writeEndArray();
      }
      case STRING -> json.writeStringField(member, texts.getFirst());
    }
  }

  static JsonParser parser(byte[] body) throws IOException {
    return JSON.createParser(body);
  }

  /** Reads a body while it arrives. */
  static JsonParser parser(InputStream body) throws IOException {
    return JSON.createParser(body);
  }

  static JsonGenerator generator(ByteArrayOutputStream out) throws IOException {
    return JSON.createGenerator(out);
  }

  /** Reads a field of an object; the parser is at its value before and at its end after. */
  @FunctionalInterface
  interface Member {
    void read(String name) throws IOException;
  }

  /** Reads a whole body. */
  @FunctionalInterface
  interface Reading<T> {
    T from(JsonParser json) throws IOException;
  }

  /**
   * Reads a body from its first token to its end.
   *
   * @throws IOException if it is not JSON, or there is something after it
   */
  static <T> T whole(byte[] body, Reading<T> reading) throws IOException {
    try (JsonParser json = parser(body)) {
      json.nextToken();
      T read = reading.from(json);
      if (json.nextToken() != null) {
        throw new IOException("there is something after the end of the reply");
      }
      return read;
    }
  }

  /** Reads the fields of the object that the parser has entered or is at. */
  static void members(JsonParser json, Member member) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      member.read(name);
    }
  }
}
