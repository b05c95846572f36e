package dev.embedctl.provider.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.OpenAiReplies;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What APIs that give vectors in the texts' order have in common. */
final class InOrderReplies {
  private InOrderReplies() {}

  /** An array of vectors as arrays of numbers. */
  static String arrays(List<Vector> vectors) {
    return vectors.stream().map(OpenAiReplies::numbers).collect(Collectors.joining(",", "[", "]"));
  }

  /** The strings of an array. */
  static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
  }
}
