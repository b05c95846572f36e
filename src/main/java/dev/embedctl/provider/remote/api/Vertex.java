package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.remote.errors.HttpErrors;
import dev.embedctl.provider.remote.errors.RetryAfter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The text embeddings of Google Cloud's Vertex AI: {@code predict}, which returns vectors in the
 * order of the texts and counts the tokens of each. Source: cloud.google.com/vertex-ai/
 * generative-ai/docs/model-reference/text-embeddings-api, and its shared type
 * TextEmbeddingPredictionParams.
 */
public final class Vertex implements WireFormat {
  /** The models with another method, {@code embedContent}. */
  private static final String OTHER_METHOD = "gemini-embedding-2";

  /** The model that cuts shortened vectors without normalizing them. */
  private static final String ONLY_CUTS = "gemini-embedding-001";

  private static final int UNCUT = 3072;

  private static final int FORBIDDEN = 403;

  /** The reason in {@code ErrorInfo} for a project without a billing account. */
  private static final String NO_BILLING = "BILLING_DISABLED";

  /** The longest item of a request. */
  private static final int BYTES_AROUND_ITEM =
      "{\"content\":\"\",\"task_type\":\"RETRIEVAL_DOCUMENT\"},".length();

  private static final Pattern EVERY_REQUEST =
      Pattern.compile(
          "output.?dimensionality|task.?type|user location is not supported"
              + "|unsupported (?:location|region)",
          Pattern.CASE_INSENSITIVE);

  private final Clock clock;
  private final HttpErrors errors;

  private Vertex(Clock clock) {
    this.clock = clock;
    this.errors = new HttpErrors(clock, EVERY_REQUEST);
  }

  public static WireFormat format(Clock clock) {
    return new Vertex(clock);
  }

  @Override
  public void check(EmbeddingSpec spec) {
    if (spec.model().startsWith(OTHER_METHOD)) {
      throw new Usage(
          Parameter.MODEL
              + " "
              + spec.model()
              + ": "
              + spec.provider()
              + " calls predict, which this model does not have; use gemini-embedding-001, or "
              + Parameter.PROVIDER
              + " gemini");
    }
  }

  @Override
  public boolean truncates() {
    return true;
  }

  /** The path below project and location, which the base URL names. */
  @Override
  public String path(URI baseUrl, EmbeddingSpec spec) {
    return "/publishers/google/models/" + UriText.encoded(spec.model()) + ":predict";
  }

  @Override
  public Normalization normalization(EmbeddingSpec spec) {
    boolean cut = spec.dimensions().isPresent() && spec.dimensions().getAsInt() < UNCUT;
    return cut && spec.model().equals(ONLY_CUTS) ? Normalization.UNIT_LENGTH : Normalization.NONE;
  }

  @Override
  public int bytesAroundText(EmbeddingSpec spec) {
    return BYTES_AROUND_ITEM;
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect) {
    return WireJson.object(
        json -> {
          json.writeArrayFieldStart("instances");
          for (String text : texts) {
            json.writeStartObject();
            json.writeStringField("content", text);
            if (spec.inputType().isPresent()) {
              json.writeStringField("task_type", taskType(spec.inputType().get()));
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeObjectFieldStart("parameters");
          json.writeBooleanField("autoTruncate", spec.oversize() == Oversize.TRUNCATE);
          if (dialect.includes(OptionalField.DIMENSIONS)) {
            json.writeNumberField("outputDimensionality", spec.dimensions().orElseThrow());
          }
          json.writeEndObject();
        });
  }

  private static String taskType(InputType type) {
    return switch (type) {
      case QUERY -> "RETRIEVAL_QUERY";
      case DOCUMENT -> "RETRIEVAL_DOCUMENT";
    };
  }

  @Override
  public Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException {
    Predictions predictions =
        WireJson.whole(
            body,
            json -> {
              if (json.currentToken() != JsonToken.START_OBJECT) {
                throw new IOException("the reply is not a JSON object");
              }
              Once<Predictions> found = new Once<>("predictions");
              WireJson.members(
                  json,
                  member -> {
                    if (member.equals("predictions") && json.isExpectedStartArrayToken()) {
                      found.set(Predictions.read(json, texts));
                    } else {
                      json.skipChildren();
                    }
                  });
              return found.get();
            });
    JsonVectors.checkCount(predictions.vectors, texts);
    return Reply.inOrder(predictions.vectors, predictions.tokens(), Optional.empty());
  }

  /** The items of a reply. */
  private static final class Predictions {
    private final List<Vector> vectors;
    private long tokens;
    private boolean allCounted = true;

    private Predictions(int texts) {
      this.vectors = new ArrayList<>(texts);
    }

    /** Reads the array that the parser has entered. */
    static Predictions read(JsonParser json, int texts) throws IOException {
      Predictions predictions = new Predictions(texts);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        predictions.readItem(json);
      }
      return predictions;
    }

    private void readItem(JsonParser json) throws IOException {
      int item = vectors.size();
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("item " + item + " of the reply is not an object");
      }
      Once<Vector> values = new Once<>("values");
      Counted counted = new Counted();
      WireJson.members(
          json,
          member -> {
            if (member.equals("embeddings") && json.isExpectedStartObjectToken()) {
              readEmbedding(json, item, values, counted);
            } else {
              json.skipChildren();
            }
          });
      vectors.add(values.get());
      allCounted &= counted.tokens().isPresent();
      tokens += counted.tokens().orElse(0);
    }

    private static void readEmbedding(
        JsonParser json, int item, Once<Vector> values, Counted counted) throws IOException {
      WireJson.members(
          json,
          member -> {
            if (member.equals("values")) {
              values.set(JsonVectors.read(json, item));
            } else if (member.equals("statistics") && json.isExpectedStartObjectToken()) {
              WireJson.members(
                  json,
                  each -> {
                    if (each.equals("token_count")) {
                      counted.read(json);
                    } else {
                      json.skipChildren();
                    }
                  });
            } else {
              json.skipChildren();
            }
          });
    }

    /** The tokens of all texts, if each is counted. */
    OptionalLong tokens() {
      return allCounted && tokens > 0 ? OptionalLong.of(tokens) : OptionalLong.empty();
    }
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

  /** All its quotas are of a minute, so that any of them is waited for. */
  @Override
  public ProviderException failure(FailedReply reply) {
    GoogleDetails details = GoogleDetails.of(reply.body());
    if (details.reasons().contains(NO_BILLING)) {
      return new Hopeless(Reason.MONEY, "the account cannot pay: " + reply.message());
    }
    if (reply.status() == FORBIDDEN && !reply.body().isPage()) {
      return new Hopeless(Reason.CREDENTIALS, "access was denied: " + reply.message());
    }
    ProviderException failure = errors.failure(reply);
    return failure instanceof Transient e
        ? new Transient(
            e.getMessage(),
            e.kind(),
            RetryAfter.in(reply.headers(), clock).or(details::retryDelay).or(e::retryAfter),
            e.getCause())
        : failure;
  }
}
