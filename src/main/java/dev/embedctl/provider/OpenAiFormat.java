package dev.embedctl.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * OpenAI's embeddings API, which many servers speak: {@code POST /embeddings}. Asks for base64 (the
 * float32s' bytes, little-endian: a quarter of the digits and no parsing) and takes arrays of
 * numbers where the server ignores that. Source: OpenAI's published OpenAPI description.
 */
final class OpenAiFormat implements WireFormat {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private final OpenAiErrors errors;

  OpenAiFormat(Clock clock) {
    this.errors = new OpenAiErrors(clock);
  }

  @Override
  public String path() {
    return "/embeddings";
  }

  @Override
  public Map<String, String> authorization(ApiKey key) {
    return Map.of("Authorization", "Bearer " + key.secret());
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("model", spec.model());
      json.writeArrayFieldStart("input");
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
      json.writeStringField("encoding_format", "base64");
      if (spec.dimensions().isPresent()) {
        json.writeNumberField("dimensions", spec.dimensions().getAsInt());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return body.toByteArray();
  }

  @Override
  public Embeddings reply(byte[] body, int texts) throws IOException {
    Vector[] vectors = new Vector[texts];
    OptionalLong tokens = OptionalLong.empty();
    boolean data = false;
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the reply is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("data") && value == JsonToken.START_ARRAY) {
          data = true;
          items(json, vectors);
        } else if (field.equals("usage") && value == JsonToken.START_OBJECT) {
          tokens = usage(json);
        } else {
          json.skipChildren();
        }
      }
    }
    if (!data) {
      throw new IOException("the reply has no \"data\"");
    }
    for (int i = 0; i < texts; i++) {
      if (vectors[i] == null) {
        throw new IOException("the reply has no vector with index " + i);
      }
    }
    return new Embeddings(Arrays.asList(vectors), tokens);
  }

  private static void items(JsonParser json, Vector[] vectors) throws IOException {
    for (int item = 0; json.nextToken() != JsonToken.END_ARRAY; item++) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("item " + item + " of the reply is not an object");
      }
      item(json, item, vectors);
    }
  }

  private static void item(JsonParser json, int item, Vector[] vectors) throws IOException {
    Vector vector = null;
    Integer index = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (field.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
        index = json.getIntValue();
      } else if (field.equals("embedding")) {
        vector = vector(json, item);
      } else {
        json.skipChildren();
      }
    }
    if (index == null || vector == null) {
      throw new IOException(
          "item " + item + " of the reply has no " + (index == null ? "index" : "embedding"));
    }
    if (index < 0 || index >= vectors.length) {
      throw new IOException(
          "item " + item + " has index " + index + " where " + vectors.length + " were asked for");
    }
    if (vectors[index] != null) {
      throw new IOException("the reply has index " + index + " twice");
    }
    vectors[index] = vector;
  }

  private static Vector vector(JsonParser json, int item) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> decoded(json.getText(), item);
      case START_ARRAY -> listed(json, item);
      default -> throw new IOException("the embedding of item " + item + " is no vector");
    };
  }

  private static Vector decoded(String base64, int item) throws IOException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException("the embedding of item " + item + " is not base64", e);
    }
    if (bytes.length == 0 || bytes.length % Float.BYTES != 0) {
      throw new IOException(
          "the embedding of item " + item + " is " + bytes.length + " bytes, not float32s");
    }
    return Vector.read(
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(),
        bytes.length / Float.BYTES);
  }

  private static Vector listed(JsonParser json, int item) throws IOException {
    float[] values = new float[1536];
    int length = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (!json.currentToken().isNumeric()) {
        throw new IOException(
            "value " + length + " of the embedding of item " + item + " is no number");
      }
      if (length == values.length) {
        values = Arrays.copyOf(values, length * 2);
      }
      values[length++] = json.getFloatValue();
    }
    if (length == 0) {
      throw new IOException("the embedding of item " + item + " is empty");
    }
    return Vector.wrap(Arrays.copyOf(values, length));
  }

  private static OptionalLong usage(JsonParser json) throws IOException {
    OptionalLong tokens = OptionalLong.empty();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      if (json.nextToken() == JsonToken.VALUE_NUMBER_INT && field.equals("total_tokens")) {
        tokens = OptionalLong.of(json.getLongValue());
      } else {
        json.skipChildren();
      }
    }
    return tokens;
  }

  @Override
  public Quota quota(HttpHeaders headers) {
    return RateLimitHeaders.in(headers);
  }

  @Override
  public ProviderException failure(int status, HttpHeaders headers, byte[] body) {
    return errors.failure(status, headers, body);
  }
}
