package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.remote.errors.HttpErrors;
import dev.embedctl.provider.remote.plain.PlainItems;
import dev.embedctl.provider.remote.plain.PlainReply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An embeddings API like OpenAI's: {@code POST /embeddings}. It requests base64 (little-endian
 * float32 values: a quarter of the size and faster to parse) and accepts arrays of numbers if the
 * server ignores that. Its words contain the names that differ between such APIs.
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

  /** The path of calls and the header with the key. */
  interface Addressing {
    String path(URI baseUrl, EmbeddingSpec spec);

    Map<String, String> headers(ApiKey key);

    /** Whether models have their usual names. */
    boolean namesModels();
  }

  /** Path and header of OpenAI. */
  record Plain() implements Addressing {
    @Override
    public String path(URI baseUrl, EmbeddingSpec spec) {
      return "/embeddings";
    }

    @Override
    public Map<String, String> headers(ApiKey key) {
      return Map.of("Authorization", "Bearer " + key.secret());
    }

    @Override
    public boolean namesModels() {
      return true;
    }
  }

  @Override
  public void check(EmbeddingSpec spec) {
    if (spec.inputType().isPresent() && !takesInputType()) {
      throw new Usage(
          Parameter.INPUT_TYPE
              + ": "
              + spec.provider()
              + " does not support input types, and no prefix of "
              + spec.model()
              + " is known; omit it, or set "
              + Parameter.PREFIX);
    }
  }

  @Override
  public boolean takesInputType() {
    return words.inputType().isPresent();
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
  public boolean namesModels() {
    return addressing.namesModels();
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
          input(json, texts, dialect);
          options(json, spec, dialect);
        });
  }

  /** Writes the texts of a request. */
  static void input(JsonGenerator json, List<String> texts, Dialect dialect) throws IOException {
    WireJson.texts(json, "input", texts, dialect.form());
  }

  /** Writes what a request says besides its texts and its model. */
  void options(JsonGenerator json, EmbeddingSpec spec, Dialect dialect) throws IOException {
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
  }

  @Override
  public Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException {
    Optional<PlainItems> plain = PlainReply.itemsOf(body);
    return WireJson.whole(
        plain.map(PlainItems::rest).orElse(body),
        json -> {
          if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("the reply is not a JSON object");
          }
          Once<IndexedVectors> data = new Once<>("data");
          NamedModel model = new NamedModel();
          Counted tokens = new Counted();
          WireJson.members(
              json,
              member -> {
                if (member.equals("data") && json.isExpectedStartArrayToken()) {
                  data.set(items(json, plain));
                } else if (member.equals("model")) {
                  model.read(json);
                } else {
                  usage(json, member, tokens);
                }
              });
          IndexedVectors vectors = data.get();
          return new Reply(
              vectors.placed(texts),
              vectors.order(),
              vectors.form(),
              tokens.tokens(),
              model.name());
        });
  }

  /** Reads the items of the array that the parser has entered, unless they were read before. */
  private static IndexedVectors items(JsonParser json, Optional<PlainItems> plain)
      throws IOException {
    if (plain.isEmpty()) {
      return IndexedVectors.read(json);
    }
    json.skipChildren();
    return IndexedVectors.of(plain.get());
  }

  @Override
  public OptionalLong billed(byte[] body) {
    return Counted.in(body, OpenAiFormat::usage);
  }

  private static void usage(JsonParser json, String member, Counted tokens) throws IOException {
    if (!member.equals("usage") || !json.isExpectedStartObjectToken()) {
      json.skipChildren();
      return;
    }
    WireJson.members(
        json,
        each -> {
          if (each.equals("total_tokens")) {
            tokens.read(json);
          } else {
            json.skipChildren();
          }
        });
  }

  @Override
  public Set<OptionalField> ignored(byte[] body) {
    int looked = Math.min(body.length, FIRST_ITEM_BEGINS_WITHIN);
    String begins = new String(body, 0, looked, StandardCharsets.ISO_8859_1);
    return IN_NUMBERS.matcher(begins).find() ? Set.of(OptionalField.ENCODING_FORMAT) : Set.of();
  }

  @Override
  public Optional<String> model(byte[] body) {
    NamedModel model = new NamedModel();
    try (JsonParser json = WireJson.parser(body)) {
      json.nextToken();
      WireJson.members(
          json,
          member -> {
            if (member.equals("model")) {
              model.read(json);
            } else {
              json.skipChildren();
            }
          });
    } catch (IOException e) {
      return model.name(); // reading its vectors reports the error
    }
    return model.name();
  }

  @Override
  public Quota quota(HttpHeaders headers) {
    return errors.quota(headers);
  }

  @Override
  public ProviderException failure(FailedReply reply) {
    return errors.failure(reply);
  }
}
