package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.remote.errors.HttpErrors;
import dev.embedctl.provider.remote.errors.RetryAfter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Google's Gemini API: {@code batchEmbedContents}, which returns vectors in the order of the texts,
 * without index or usage. Source: ai.google.dev/api/embeddings and /gemini-api/docs/embeddings.
 */
public final class Gemini implements WireFormat {
  /** The models that need a prefix for the purpose of texts and ignore {@code taskType}. */
  private static final String WITH_PREFIX = "gemini-embedding-2";

  /** The models that cut shortened vectors without normalizing them. */
  private static final Set<String> ONLY_CUTS =
      Set.of("gemini-embedding-001", "gemini-embedding-exp-03-07");

  private static final int UNCUT = 3072;

  /** The longest item of a request, without the name of its model. */
  private static final int BYTES_AROUND_ITEM =
      "{\"model\":\"models/\",\"content\":{\"parts\":[{\"text\":\"\"}]},\"taskType\":\"RETRIEVAL_DOCUMENT\",\"outputDimensionality\":1000000},"
          .length();

  private static final Pattern EVERY_REQUEST =
      Pattern.compile(
          "output.?dimensionality|task.?type|unexpected model name|user location is not supported|free tier is not"
              + " available",
          Pattern.CASE_INSENSITIVE);

  /** The reason in {@code ErrorInfo} for a wrong or expired key, with status 400. */
  private static final String BAD_KEY = "API_KEY_INVALID";

  /** Words in a 429 that no wait resolves. */
  private static final Pattern NO_QUOTA =
      Pattern.compile("limit: 0\\b|credits are depleted", Pattern.CASE_INSENSITIVE);

  private final Clock clock;
  private final HttpErrors errors;

  private Gemini(Clock clock) {
    this.clock = clock;
    this.errors = new HttpErrors(clock, EVERY_REQUEST);
  }

  public static WireFormat format(Clock clock) {
    return new Gemini(clock);
  }

  @Override
  public void check(EmbeddingSpec spec) {
    // The API supports all options.
  }

  /** True: the API always does this and cannot disable it. */
  @Override
  public boolean truncates() {
    return true;
  }

  @Override
  public String path(URI baseUrl, EmbeddingSpec spec) {
    return "/models/" + UriText.encoded(spec.model()) + ":batchEmbedContents";
  }

  @Override
  public Map<String, String> headers(ApiKey key) {
    return Map.of("x-goog-api-key", key.secret());
  }

  @Override
  public String prefix(EmbeddingSpec spec) {
    return needsPrefix(spec) ? spec.inputType().map(Gemini::prefix).orElse("") : "";
  }

  private static boolean needsPrefix(EmbeddingSpec spec) {
    return spec.model().startsWith(WITH_PREFIX);
  }

  private static String prefix(InputType type) {
    return switch (type) {
      case QUERY -> "task: search result | query: ";
      case DOCUMENT -> "title: none | text: ";
    };
  }

  private static String taskType(InputType type) {
    return switch (type) {
      case QUERY -> "RETRIEVAL_QUERY";
      case DOCUMENT -> "RETRIEVAL_DOCUMENT";
    };
  }

  @Override
  public Normalization normalization(EmbeddingSpec spec) {
    boolean cut = spec.dimensions().isPresent() && spec.dimensions().getAsInt() < UNCUT;
    return cut && ONLY_CUTS.contains(spec.model()) ? Normalization.UNIT_LENGTH : Normalization.NONE;
  }

  @Override
  public int bytesAroundText(EmbeddingSpec spec) {
    return BYTES_AROUND_ITEM + JsonText.bytes(spec.model());
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect) {
    return WireJson.object(
        json -> {
          json.writeArrayFieldStart("requests");
          for (String text : texts) {
            item(json, spec, text, dialect);
          }
          json.writeEndArray();
        });
  }

  /** Writes the request for the vector of one text. */
  static void item(JsonGenerator json, EmbeddingSpec spec, String text, Dialect dialect)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("model", "models/" + spec.model());
    json.writeObjectFieldStart("content");
    json.writeArrayFieldStart("parts");
    json.writeStartObject();
    json.writeStringField("text", text);
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
    if (spec.inputType().isPresent() && !needsPrefix(spec)) {
      json.writeStringField("taskType", taskType(spec.inputType().get()));
    }
    if (dialect.includes(OptionalField.DIMENSIONS)) {
      json.writeNumberField("outputDimensionality", spec.dimensions().orElseThrow());
    }
    json.writeEndObject();
  }

  @Override
  public Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException {
    List<Vector> vectors =
        WireJson.whole(
            body,
            json -> {
              if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new IOException("the reply is not a JSON object");
              }
              Once<List<Vector>> found = new Once<>("embeddings");
              WireJson.members(
                  json,
                  member -> {
                    if (member.equals("embeddings") && json.isExpectedStartArrayToken()) {
                      found.set(items(json, texts));
                    } else {
                      json.skipChildren();
                    }
                  });
              return found.get();
            });
    JsonVectors.checkCount(vectors, texts);
    return Reply.inOrder(vectors, OptionalLong.empty(), Optional.empty());
  }

  /** Parses the reply with the vector of one text: {@code {"embedding": {"values"}}}. */
  static Reply single(byte[] body) throws IOException {
    Vector vector =
        WireJson.whole(
            body,
            json -> {
              if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new IOException("the reply is not a JSON object");
              }
              Once<Vector> found = new Once<>("embedding");
              WireJson.members(
                  json,
                  member -> {
                    if (member.equals("embedding") && json.isExpectedStartObjectToken()) {
                      found.set(values(json, 0));
                    } else {
                      json.skipChildren();
                    }
                  });
              return found.get();
            });
    return Reply.inOrder(List.of(vector), OptionalLong.empty(), Optional.empty());
  }

  private static List<Vector> items(JsonParser json, int texts) throws IOException {
    List<Vector> vectors = new ArrayList<>(texts);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      int item = vectors.size();
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("item " + item + " of the reply is not an object");
      }
      vectors.add(values(json, item));
    }
    return vectors;
  }

  private static Vector values(JsonParser json, int item) throws IOException {
    Once<Vector> values = new Once<>("values");
    WireJson.members(
        json,
        member -> {
          if (member.equals("values")) {
            values.set(JsonVectors.read(json, item));
          } else {
            json.skipChildren();
          }
        });
    return values.get();
  }

  /** Nested lists are not vectors of tokens here, since the models always pool. */
  @Override
  public int listsAroundNumbers() {
    return 2;
  }

  @Override
  public Quota quota(HttpHeaders headers) {
    return Quota.UNKNOWN;
  }

  /** The quota of a minute and of a day differ only in the details of the error. */
  @Override
  public ProviderException failure(FailedReply reply) {
    ErrorBody error = reply.body();
    GoogleDetails details = GoogleDetails.of(error);
    if (details.reasons().contains(BAD_KEY)) {
      return new Hopeless(Reason.KEY, "the key was refused: " + reply.message());
    }
    if (reply.status() == 429
        && (details.isOfTheDay() || NO_QUOTA.matcher(error.message()).find())) {
      return new Hopeless(Reason.MONEY, "the account's quota is exhausted: " + reply.message());
    }
    ProviderException failure = errors.failure(reply);
    return failure instanceof Transient e ? waiting(e, reply.headers(), details) : failure;
  }

  private Transient waiting(Transient failure, HttpHeaders headers, GoogleDetails details) {
    Optional<Duration> wait =
        RetryAfter.in(headers, clock).or(details::retryDelay).or(failure::retryAfter);
    return new Transient(failure.getMessage(), failure.kind(), wait, failure.getCause());
  }
}
