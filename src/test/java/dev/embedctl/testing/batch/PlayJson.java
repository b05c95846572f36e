package dev.embedctl.testing.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import dev.embedctl.testing.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;

/** The JSON that the plays have in common. */
final class PlayJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlayJson() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  static List<JsonNode> lines(byte[] file) {
    return new String(file, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .map(PlayJson::read)
        .toList();
  }

  static List<String> strings(JsonNode array) {
    return array.isTextual()
        ? List.of(array.textValue())
        : StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
  }

  static List<Vector> vectors(List<String> texts, int dimensions) {
    return texts.stream().map(text -> Vectors.of(text, dimensions)).toList();
  }

  /** A reply like OpenAI's, in the form that was requested. */
  static JsonNode embeddings(List<String> texts, JsonNode parameters, int dimensions) {
    Form form =
        parameters.path("encoding_format").asText().equals("base64") ? Form.BASE64 : Form.NUMBERS;
    ObjectNode reply = (ObjectNode) read(OpenAiReplies.of(vectors(texts, dimensions), form));
    return reply.set("model", parameters.path("model"));
  }
}
