package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.remote.errors.HttpErrors;
import dev.embedctl.provider.remote.errors.RetryAfter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Cohere's API, version 2: {@code /embed}, which returns vectors in the order of the texts. Source:
 * docs.cohere.com/v2/reference/embed, /docs/errors, /docs/rate-limits.
 */
public final class Cohere implements WireFormat {
  /** Cohere's status for a call that it cancelled. */
  private static final int CANCELLED = 499;

  private static final Pattern EVERY_REQUEST =
      Pattern.compile(
          "output_dimension|input_type|embedding_types|invalid model|model .{0,100}not (?:found|supported)",
          Pattern.CASE_INSENSITIVE);

  /** Words of a monthly limit in a 429, such as "limited to 1000 API calls / month". */
  private static final Pattern OF_THE_MONTH =
      Pattern.compile("/ ?month|per month|monthly", Pattern.CASE_INSENSITIVE);

  private final Clock clock;
  private final HttpErrors errors;

  private Cohere(Clock clock) {
    this.clock = clock;
    this.errors = new HttpErrors(clock, EVERY_REQUEST);
  }

  public static WireFormat format(Clock clock) {
    return new Cohere(clock);
  }

  /** The API requires an input type; a guessed one would make search worse. */
  @Override
  public void check(EmbeddingSpec spec) {
    checkInputType(spec);
  }

  static void checkInputType(EmbeddingSpec spec) {
    if (spec.inputType().isEmpty()) {
      throw new Usage(
          Parameter.INPUT_TYPE
              + ": "
              + spec.provider()
              + " requires the purpose of the texts: document for texts to search in, query for"
              + " texts to search with");
    }
  }

  @Override
  public boolean truncates() {
    return true;
  }

  @Override
  public String path(URI baseUrl, EmbeddingSpec spec) {
    return "/embed";
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect) {
    return WireJson.object(
        json -> {
          json.writeStringField("model", spec.model());
          json.writeStringField("input_type", word(spec.inputType().orElseThrow()));
          WireJson.texts(json, "texts", texts, dialect.form());
          json.writeArrayFieldStart("embedding_types");
          json.writeString("float");
          json.writeEndArray();
          if (dialect.includes(OptionalField.DIMENSIONS)) {
            json.writeNumberField("output_dimension", spec.dimensions().orElseThrow());
          }
          json.writeStringField("truncate", word(spec.oversize()));
        });
  }

  static String word(InputType type) {
    return switch (type) {
      case QUERY -> "search_query";
      case DOCUMENT -> "search_document";
    };
  }

  private static String word(Oversize oversize) {
    return switch (oversize) {
      case ERROR, AVERAGE -> "NONE";
      case TRUNCATE -> "END";
    };
  }

  @Override
  public Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException {
    return WireJson.whole(
        body,
        json -> {
          if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("the reply is not a JSON object");
          }
          Once<List<Vector>> vectors = new Once<>("embeddings");
          Counted tokens = new Counted();
          WireJson.members(
              json,
              member -> {
                if (member.equals("embeddings") && json.isExpectedStartObjectToken()) {
                  vectors.set(floats(json, texts));
                } else if (member.equals("meta") && json.isExpectedStartObjectToken()) {
                  billed(json, tokens);
                } else {
                  json.skipChildren();
                }
              });
          return Reply.inOrder(vectors.get(), tokens.tokens(), Optional.empty());
        });
  }

  /** Reads the vectors of floats in the object that the parser has entered. */
  static List<Vector> floats(JsonParser json, int texts) throws IOException {
    Once<List<Vector>> vectors = new Once<>("embeddings\".\"float");
    WireJson.members(
        json,
        member -> {
          if (member.equals("float") && json.isExpectedStartArrayToken()) {
            vectors.set(JsonVectors.inOrder(json, texts));
          } else {
            json.skipChildren();
          }
        });
    return vectors.get();
  }

  @Override
  public OptionalLong billed(byte[] body) {
    return Counted.in(
        body,
        (json, member, tokens) -> {
          if (member.equals("meta") && json.isExpectedStartObjectToken()) {
            billed(json, tokens);
          } else {
            json.skipChildren();
          }
        });
  }

  /** The billed tokens in {@code meta}. */
  private static void billed(JsonParser json, Counted tokens) throws IOException {
    WireJson.members(
        json,
        member -> {
          if (member.equals("billed_units") && json.isExpectedStartObjectToken()) {
            billed(json, tokens);
          } else if (member.equals("input_tokens")) {
            tokens.read(json);
          } else {
            json.skipChildren();
          }
        });
  }

  @Override
  public int listsAroundNumbers() {
    return 2;
  }

  @Override
  public Quota quota(HttpHeaders headers) {
    return Quota.UNKNOWN;
  }

  @Override
  public ProviderException failure(FailedReply reply) {
    String message = reply.message();
    if (reply.status() == 429 && OF_THE_MONTH.matcher(reply.body().message()).find()) {
      return new Hopeless(Reason.MONEY, "the account's quota is exhausted: " + message);
    }
    if (reply.status() == CANCELLED) {
      return new Transient(message, Kind.SERVER_ERROR, RetryAfter.in(reply.headers(), clock), null);
    }
    return errors.failure(reply);
  }
}
