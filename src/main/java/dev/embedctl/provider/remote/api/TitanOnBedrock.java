package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
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
 * Amazon's Titan Text Embeddings V2, which takes one text in a call. Source:
 * docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html.
 */
final class TitanOnBedrock implements WireFormat {
  private static final String TOKENS = "inputTextTokenCount";

  private final BedrockCalls calls;

  TitanOnBedrock(BedrockCalls calls) {
    this.calls = calls;
  }

  @Override
  public void check(EmbeddingSpec spec) {
    if (spec.inputType().isPresent()) {
      throw new Usage(
          Parameter.INPUT_TYPE
              + ": "
              + spec.provider()
              + " does not support input types for Titan; omit it");
    }
  }

  @Override
  public boolean truncates() {
    return false;
  }

  @Override
  public String path(URI baseUrl, EmbeddingSpec spec) {
    return calls.path(spec);
  }

  @Override
  public boolean givesUnitLength() {
    return true;
  }

  @Override
  public byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect) {
    return WireJson.object(
        json -> {
          json.writeStringField("inputText", texts.getFirst());
          json.writeBooleanField("normalize", true);
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
          Once<Vector> vector = new Once<>("embedding");
          Counted tokens = new Counted();
          WireJson.members(
              json,
              member -> {
                if (member.equals("embedding")) {
                  vector.set(JsonVectors.read(json, 0));
                } else {
                  count(json, member, tokens);
                }
              });
          List<Vector> vectors = List.of(vector.get());
          JsonVectors.checkCount(vectors, texts);
          return Reply.inOrder(vectors, tokens.tokens(), Optional.empty());
        });
  }

  private static void count(JsonParser json, String member, Counted tokens) throws IOException {
    if (member.equals(TOKENS)) {
      tokens.read(json);
    } else {
      json.skipChildren();
    }
  }

  @Override
  public OptionalLong billed(byte[] body) {
    return Counted.in(body, TitanOnBedrock::count);
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
