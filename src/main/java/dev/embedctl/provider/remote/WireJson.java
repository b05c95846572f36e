package dev.embedctl.provider.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** JSON as it goes over the network: bodies of requests, and parsers of replies. */
final class WireJson {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private WireJson() {}

  /** Writes the members of an object. */
  @FunctionalInterface
  interface Members {
    void to(JsonGenerator json) throws IOException;
  }

  /** A body that is one object. */
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
}
