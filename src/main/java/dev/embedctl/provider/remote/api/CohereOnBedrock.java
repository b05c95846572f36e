package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Cohere's models, version 3 and 4, on Bedrock. Source:
 * docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html and
 * model-parameters-embed-v4.html.
 */
final class CohereOnBedrock implements WireFormat {
  private static final String VERSION_4 = "embed-v4";

  /** The longest text of version 3 in characters, whether it is truncated or not. */
  private static final int LONGEST_TEXT = 2048;

  private final BedrockCalls calls;

  CohereOnBedrock(BedrockCalls calls) {
    this.calls = calls;
  }

  /** The API requires an input type; a guessed one would make search worse. */
  @Override
  public void check(EmbeddingSpec spec) {
    Cohere.checkInputType(spec);
  }

  @Override
  public boolean truncates() {
    return true;
  }

  @Override
  public String path(URI baseUrl, EmbeddingSpec spec) {
    return calls.path(spec);
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect) {
    return WireJson.object(
        json -> {
          json.writeStringField("input_type", Cohere.word(spec.inputType().orElseThrow()));
          WireJson.texts(json, "texts", sent(spec, texts), dialect.form());
          json.writeArrayFieldStart("embedding_types");
          json.writeString("float");
          json.writeEndArray();
          if (dialect.includes(OptionalField.DIMENSIONS)) {
            json.writeNumberField("output_dimension", spec.dimensions().orElseThrow());
          }
          json.writeStringField("truncate", word(spec));
        });
  }

  private static boolean isVersion4(EmbeddingSpec spec) {
    return spec.model().contains(VERSION_4);
  }

  private static List<String> sent(EmbeddingSpec spec, List<String> texts) {
    return spec.oversize() == Oversize.TRUNCATE && !isVersion4(spec)
        ? texts.stream().map(CohereOnBedrock::cut).toList()
        : texts;
  }

  private static String cut(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? 1 : 0;
    return text.substring(0, LONGEST_TEXT - end);
  }

  private static String word(EmbeddingSpec spec) {
    return switch (spec.oversize()) {
      case ERROR, AVERAGE -> "NONE";
      case TRUNCATE -> isVersion4(spec) ? "RIGHT" : "END";
    };
  }

  /** A list of vectors, or an object with a list for each type: both are documented. */
  @Override
  public Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException {
    return WireJson.whole(
        body,
        json -> {
          if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("the reply is not a JSON object");
          }
          Once<List<Vector>> vectors = new Once<>("embeddings");
          WireJson.members(
              json,
              member -> {
                if (!member.equals("embeddings")) {
                  json.skipChildren();
                } else if (json.isExpectedStartObjectToken()) {
                  vectors.set(Cohere.floats(json, texts));
                } else if (json.isExpectedStartArrayToken()) {
                  vectors.set(JsonVectors.inOrder(json, texts));
                }
              });
          return Reply.inOrder(vectors.get(), OptionalLong.empty(), Optional.empty());
        });
  }

  @Override
  public int listsAroundNumbers() {
    return 2;
  }

  @Override
  public OptionalLong tokens(HttpHeaders headers) {
    return calls.tokens(headers);
  }

  @Override
  public Quota quota(HttpHeaders headers) {
    return Quota.UNKNOWN;
  }

  @Override
  public ProviderException failure(FailedReply reply) {
    return calls.failure(reply);
  }
}
