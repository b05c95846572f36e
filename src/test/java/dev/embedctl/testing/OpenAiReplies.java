package dev.embedctl.testing;

import dev.embedctl.model.Vector;
import java.nio.FloatBuffer;
import java.util.List;

/** Replies of APIs that are like OpenAI's, with their items from the last to the first. */
public final class OpenAiReplies {
  private OpenAiReplies() {}

  /** How vectors are written. */
  public enum Form {
    BASE64,
    NUMBERS
  }

  /** A reply with these vectors. */
  public static String of(List<Vector> vectors, Form form) {
    StringBuilder data = new StringBuilder();
    for (int i = vectors.size() - 1; i >= 0; i--) {
      data.append(i == vectors.size() - 1 ? "" : ",")
          .append("{\"object\":\"embedding\",\"index\":")
          .append(i)
          .append(",\"embedding\":")
          .append(embedding(vectors.get(i), form))
          .append('}');
    }
    return "{\"object\":\"list\",\"data\":["
        + data
        + "],\"usage\":{\"prompt_tokens\":7,\"total_tokens\":7}}";
  }

  private static String embedding(Vector vector, Form form) {
    return switch (form) {
      case BASE64 -> "\"" + Vectors.base64(vector) + "\"";
      case NUMBERS -> numbers(vector);
    };
  }

  /** A vector as an array of the shortest numbers that give its float32s. */
  public static String numbers(Vector vector) {
    FloatBuffer values = FloatBuffer.allocate(vector.dimensions());
    vector.writeTo(values);
    StringBuilder array = new StringBuilder("[");
    for (int i = 0; i < vector.dimensions(); i++) {
      array.append(i == 0 ? "" : ",").append(values.get(i));
    }
    return array.append(']').toString();
  }
}
