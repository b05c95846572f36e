package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ollama's own API: {@code /api/embed}, which returns vectors in the order of the texts. Source:
 * ollama/ollama's docs/api.md and server/routes.go.
 */
public final class Ollama implements WireFormat {
  private static final String TOKENS = "prompt_eval_count";

  private static final Pattern NO_MODEL =
      Pattern.compile("model ['\"]?([^'\"]+)['\"]? not found", Pattern.CASE_INSENSITIVE);

  /** Words of errors, with any status, that every text would get. */
  private static final Pattern EVERY_REQUEST =
      Pattern.compile(
          "does not support embed|requires more system memory|unable to load model",
          Pattern.CASE_INSENSITIVE);

  /** Words of an error for a vector with a value that JSON does not have; one text causes it. */
  private static final Pattern NOT_A_NUMBER =
      Pattern.compile("unsupported value: [-+]?(?:NaN|Inf)");

  private final HttpErrors errors;

  private Ollama(HttpErrors errors) {
    this.errors = errors;
  }

  public static WireFormat format(Clock clock) {
    return new Ollama(new HttpErrors(clock));
  }

  @Override
  public void check(EmbeddingSpec spec) {
    if (spec.inputType().isPresent()) {
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
    return false;
  }

  @Override
  public boolean truncates() {
    return true;
  }

  @Override
  public String path(URI baseUrl, EmbeddingSpec spec) {
    return "/api/embed";
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect) {
    return WireJson.object(
        json -> {
          json.writeStringField("model", spec.model());
          WireJson.texts(json, "input", texts, dialect.form());
          // The default is true.
          json.writeBooleanField("truncate", spec.oversize() == Oversize.TRUNCATE);
          if (dialect.includes(OptionalField.DIMENSIONS)) {
            json.writeNumberField("dimensions", spec.dimensions().orElseThrow());
          }
        });
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
          NamedModel model = new NamedModel();
          Counted tokens = new Counted();
          WireJson.members(
              json,
              member -> {
                if (member.equals("embeddings") && json.isExpectedStartArrayToken()) {
                  vectors.set(JsonVectors.inOrder(json, texts));
                } else if (member.equals(TOKENS)) {
                  tokens.read(json);
                } else if (member.equals("model")) {
                  model.read(json);
                } else {
                  json.skipChildren();
                }
              });
          return Reply.inOrder(vectors.get(), tokens.tokens(), model.name());
        });
  }

  @Override
  public OptionalLong billed(byte[] body) {
    return Counted.in(
        body,
        (json, member, tokens) -> {
          if (member.equals(TOKENS)) {
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
    int status = reply.status();
    String said = reply.body().message();
    String message = reply.message();
    Matcher missing = NO_MODEL.matcher(said);
    if (status == 404 && missing.find()) {
      return new Hopeless(
          Reason.MODEL,
          "the model is not installed; run `ollama pull " + missing.group(1) + "`: " + message);
    }
    if (EVERY_REQUEST.matcher(said).find()) {
      return new Hopeless(Reason.MODEL, "the model cannot be used: " + message);
    }
    if (status >= 500 && NOT_A_NUMBER.matcher(said).find()) {
      return new Transient(message, Kind.BAD_REPLY, Optional.empty(), null);
    }
    return errors.failure(reply);
  }
}
