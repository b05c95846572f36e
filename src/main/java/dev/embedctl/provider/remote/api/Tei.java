package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.provider.remote.errors.HttpErrors;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Hugging Face's text-embeddings-inference: {@code /embed}, which returns an array of vectors in
 * the order of the texts. A server has one model, which {@code /info} names. Source:
 * huggingface/text-embeddings-inference's router/src/http.
 */
public final class Tei implements WireFormat {
  private static final Pattern NO_PROMPT =
      Pattern.compile(
          "found in the Sentence Transformers (?:prompts|configuration)", Pattern.CASE_INSENSITIVE);

  private static final Pattern OTHER_MODEL =
      Pattern.compile("not an embedding model", Pattern.CASE_INSENSITIVE);

  private static final Pattern EVERY_REQUEST =
      Pattern.compile("dimensions", Pattern.CASE_INSENSITIVE);

  private final HttpErrors errors;

  private Tei(HttpErrors errors) {
    this.errors = errors;
  }

  public static WireFormat format(Clock clock) {
    return new Tei(new HttpErrors(clock, EVERY_REQUEST));
  }

  @Override
  public void check(EmbeddingSpec spec) {
    // The API supports all options.
  }

  @Override
  public boolean truncates() {
    return true;
  }

  @Override
  public boolean givesUnitLength() {
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
          WireJson.texts(json, "inputs", texts, dialect.form());
          // The default depends on the server's options.
          json.writeBooleanField("truncate", spec.oversize() == Oversize.TRUNCATE);
          json.writeBooleanField("normalize", true);
          if (spec.inputType().isPresent()) {
            json.writeStringField("prompt_name", prompt(spec.inputType().get()));
          }
          if (dialect.includes(OptionalField.DIMENSIONS)) {
            json.writeNumberField("dimensions", spec.dimensions().orElseThrow());
          }
        });
  }

  /** The names of prompts in sentence-transformers. */
  private static String prompt(InputType type) {
    return switch (type) {
      case QUERY -> "query";
      case DOCUMENT -> "document";
    };
  }

  @Override
  public Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException {
    return WireJson.whole(
        body,
        json -> {
          if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new IOException("the reply is not a JSON array");
          }
          return Reply.inOrder(
              JsonVectors.inOrder(json, texts), OptionalLong.empty(), Optional.empty());
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
    String words = reply.body().message();
    if (NO_PROMPT.matcher(words).find()) {
      return new Hopeless(
          Reason.INPUT_TYPE, "the model has no prompt for this input type: " + reply.message());
    }
    return OTHER_MODEL.matcher(words).find()
        ? new Hopeless(Reason.MODEL, "the model makes no embeddings: " + reply.message())
        : errors.failure(reply);
  }

  @Override
  public Optional<SelfDescription> selfDescription() {
    return Optional.of(new Info());
  }

  /**
   * The description of its model and its limits, which may be higher or lower than the defaults.
   */
  private record Info() implements SelfDescription {
    /** The fields with the model's own name and the name in the server's options. */
    private static final Set<String> NAMES = Set.of("model_id", "served_model_name");

    @Override
    public String path() {
      return "/info";
    }

    @Override
    public ProviderLimits limits(
        EmbeddingSpec spec, Set<String> allowed, ProviderLimits limits, byte[] body)
        throws Hopeless, IOException {
      List<String> names = new ArrayList<>();
      OptionalInt texts = OptionalInt.empty();
      try (JsonParser json = WireJson.parser(body)) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw new IOException("it is not a JSON object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          JsonToken value = json.nextToken();
          if (NAMES.contains(field) && value == JsonToken.VALUE_STRING) {
            names.add(json.getText());
          } else if (field.equals("max_client_batch_size") && value == JsonToken.VALUE_NUMBER_INT) {
            texts = OptionalInt.of(Math.max(1, json.getIntValue()));
          } else {
            json.skipChildren();
          }
        }
      }
      if (!names.isEmpty()
          && !names.contains(spec.model())
          && names.stream().noneMatch(allowed::contains)) {
        throw new Hopeless(
            Reason.MODEL,
            "it has the model "
                + String.join(" or ", names)
                + ", not "
                + spec.model()
                + "; if it is the same model, set "
                + Parameter.ALLOW_MODEL
                + " "
                + names.getFirst());
      }
      return new ProviderLimits(
          texts.orElse(limits.textsPerRequest()),
          limits.tokensPerText(),
          limits.tokensPerRequest(),
          limits.bytesPerRequest(),
          limits.counts());
    }
  }
}
