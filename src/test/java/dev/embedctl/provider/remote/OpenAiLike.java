package dev.embedctl.provider.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What most APIs that are like OpenAI's have in common. */
public interface OpenAiLike extends WireContract {
  @Override
  default String basePath() {
    return "/v1";
  }

  @Override
  default String callPath() {
    return "/v1/embeddings";
  }

  @Override
  default Map.Entry<String, String> keyHeader(String key) {
    return Map.entry("Authorization", "Bearer " + key);
  }

  @Override
  default List<String> textsOf(JsonNode request) {
    return StreamSupport.stream(request.get("input").spliterator(), false)
        .map(JsonNode::textValue)
        .toList();
  }

  @Override
  default String reply(List<Vector> vectors) {
    return OpenAiReplies.of(vectors, Form.BASE64);
  }

  @Override
  default Optional<String> dimensionsPointer() {
    return Optional.of("/dimensions");
  }

  @Override
  default Optional<String> inputTypePointer() {
    return Optional.empty();
  }

  @Override
  default String wordFor(InputType type) {
    throw new AssertionError("it has no word for it");
  }
}
