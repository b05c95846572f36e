package dev.embedctl.provider.remote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.Quota;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An embeddings API like OpenAI's: {@code POST /embeddings}. Asks for base64 (the float32s' bytes,
 * little-endian: a quarter of the digits and no parsing) and takes arrays of numbers where the
 * server ignores that. What such APIs call differently is in its words.
 */
final class OpenAiFormat implements WireFormat {
  private static final Pattern IN_NUMBERS = Pattern.compile("\"embedding\"\\s*:\\s*\\[");
  private static final int FIRST_ITEM_BEGINS_WITHIN = 1000;

  private final OpenAiWords words;
  private final Addressing addressing;
  private final HttpErrors errors;

  OpenAiFormat(OpenAiWords words, HttpErrors errors) {
    this(words, new Plain(), errors);
  }

  OpenAiFormat(OpenAiWords words, Addressing addressing, HttpErrors errors) {
    this.words = words;
    this.addressing = addressing;
    this.errors = errors;
  }

  /** Where a call goes, and how it shows its key. */
  interface Addressing {
    String path(URI baseUrl, EmbeddingSpec spec);

    Map<String, String> headers(ApiKey key);
  }

  /** As OpenAI has it. */
  record Plain() implements Addressing {
    @Override
    public String path(URI baseUrl, EmbeddingSpec spec) {
      return "/embeddings";
    }

    @Override
    public Map<String, String> headers(ApiKey key) {
      return Map.of("Authorization", "Bearer " + key.secret());
    }
  }

  @Override
  public void check(EmbeddingSpec spec) {
    if (spec.inputType().isPresent() && words.inputType().isEmpty()) {
      throw new Usage("--input-type: " + spec.provider() + " knows no input types; leave it out");
    }
  }

  @Override
  public boolean truncates() {
    return words.truncation().isPresent();
  }

  @Override
  public String path(URI baseUrl, EmbeddingSpec spec) {
    return addressing.path(baseUrl, spec);
  }

  @Override
  public Map<String, String> headers(ApiKey key) {
    return addressing.headers(key);
  }

  @Override
  public Set<OptionalField> words(EmbeddingSpec spec) {
    Set<OptionalField> said = EnumSet.noneOf(OptionalField.class);
    if (words.base64().isPresent()) {
      said.add(OptionalField.ENCODING_FORMAT);
    }
    if (spec.dimensions().isPresent()) {
      said.add(OptionalField.DIMENSIONS);
    }
    return said;
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect) {
    return WireJson.object(
        json -> {
          json.writeStringField("model", spec.model());
          WireJson.texts(json, "input", texts, dialect.form());
          if (dialect.includes(OptionalField.ENCODING_FORMAT)) {
            OpenAiWords.Asking base64 = words.base64().orElseThrow();
            json.writeStringField(base64.member(), base64.value());
          }
          if (dialect.includes(OptionalField.DIMENSIONS)) {
            json.writeNumberField(words.dimensions(), spec.dimensions().orElseThrow());
          }
          if (spec.inputType().isPresent()) {
            OpenAiWords.InputTypes types = words.inputType().orElseThrow();
            json.writeStringField(types.member(), types.of(spec.inputType().get()));
          }
          if (words.truncation().isPresent()) {
            json.writeBooleanField(words.truncation().get(), spec.oversize() == Oversize.TRUNCATE);
          }
        });
  }

  @Override
  public Embeddings reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException {
    Vector[] vectors = new Vector[texts];
    OptionalLong tokens = OptionalLong.empty();
    boolean data = false;
    try (JsonParser json = WireJson.parser(body)) {
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

  @Override
  public Set<OptionalField> ignored(byte[] body) {
    int looked = Math.min(body.length, FIRST_ITEM_BEGINS_WITHIN);
    String begins = new String(body, 0, looked, StandardCharsets.ISO_8859_1);
    return IN_NUMBERS.matcher(begins).find() ? Set.of(OptionalField.ENCODING_FORMAT) : Set.of();
  }

  @Override
  public Optional<String> model(byte[] body) {
    try (JsonParser json = WireJson.parser(body)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        if (json.nextToken() == JsonToken.VALUE_STRING && field.equals("model")) {
          return Optional.of(json.getText());
        }
        json.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // whoever reads its vectors tells what is wrong with it
    }
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
        vector = JsonVectors.read(json, item);
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
  public ProviderException failure(FailedReply reply) {
    return errors.failure(reply);
  }
}
