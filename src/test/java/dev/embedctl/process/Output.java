package dev.embedctl.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads what a run wrote, with a reader that is not ours. */
final class Output {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Output() {}

  /** One line of an output. */
  record Line(long index, Optional<String> id, Vector vector, boolean cached, JsonNode whole) {}

  /** Does something with each of its lines. */
  static void forEachLine(Path file, Consumer<Line> action) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      lines.map(Output::line).forEach(action);
    }
  }

  static JsonNode json(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  static Line line(String line) {
    try {
      JsonNode object = JSON.readTree(line);
      JsonNode embedding = object.get("embedding");
      float[] values = new float[embedding.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(embedding.get(i).asText());
      }
      return new Line(
          object.get("index").longValue(),
          Optional.ofNullable(object.get("id")).map(JsonNode::asText),
          Vector.wrap(values),
          object.get("cached").booleanValue(),
          object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
