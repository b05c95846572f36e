package dev.embedctl.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.files.CacheFiles;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The texts of lines that failed, with the reason, in a file and in memory. Texts that a job merely
 * left out are not among them.
 */
final class Troubles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Map<CacheKey, Trouble> byKey = new HashMap<>();

  /** Why a text has no vector. */
  sealed interface Trouble {
    String message();

    /** The provider refused a line with several texts, and any of them may be at fault. */
    record Suspected(String message) implements Trouble {}

    /** The provider refused the text, which was alone in its line. */
    record Refused(String message) implements Trouble {}

    /** The line failed, and may succeed the next time. */
    record Failed(String message) implements Trouble {}
  }

  private Troubles(Path file) {
    this.file = file;
  }

  /** The troubles in a file, which need not exist. */
  static Troubles read(Path file) throws IOException {
    Troubles troubles = new Troubles(file);
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        troubles.read(line);
      }
    }
    return troubles;
  }

  private void read(String line) {
    try {
      JsonNode tree = JSON.readTree(line);
      Trouble trouble = trouble(tree.path("kind").asText(), tree.path("message").asText());
      tree.path("keys").forEach(key -> byKey.put(CacheKey.ofHex(key.asText()), trouble));
    } catch (JsonProcessingException e) {
      return; // the process died while it wrote the line, so its job is downloaded again
    }
  }

  private static Trouble trouble(String kind, String message) {
    return switch (kind) {
      case "suspected" -> new Trouble.Suspected(message);
      case "refused" -> new Trouble.Refused(message);
      default -> new Trouble.Failed(message);
    };
  }

  private static String kind(Trouble trouble) {
    return switch (trouble) {
      case Trouble.Suspected t -> "suspected";
      case Trouble.Refused t -> "refused";
      case Trouble.Failed t -> "failed";
    };
  }

  Optional<Trouble> of(CacheKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** Whether the text is sent alone in its line. */
  boolean isSuspected(CacheKey key) {
    return byKey.get(key) instanceof Trouble.Suspected;
  }

  boolean isRefused(CacheKey key) {
    return byKey.get(key) instanceof Trouble.Refused;
  }

  boolean anyIsSuspected() {
    return byKey.values().stream().anyMatch(Trouble.Suspected.class::isInstance);
  }

  /** Adds the troubles of a job's lines; they survive a power cut when this returns. */
  void add(Map<List<CacheKey>, Trouble> found) throws IOException {
    if (found.isEmpty()) {
      return;
    }
    CacheFiles.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)).close();
    try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
      out.write('\n'); // ends a line that was cut off
      for (Map.Entry<List<CacheKey>, Trouble> each : found.entrySet()) {
        ObjectNode tree = JSON.createObjectNode();
        tree.put("kind", kind(each.getValue()));
        tree.put("message", each.getValue().message());
        ArrayNode keys = tree.putArray("keys");
        each.getKey().forEach(key -> keys.add(key.hex()));
        out.write(JSON.writeValueAsBytes(tree));
        out.write('\n');
      }
      out.getFD().sync();
    }
    found.forEach((keys, trouble) -> keys.forEach(key -> byKey.put(key, trouble)));
  }

  /** A text has its vector after all. */
  void forget(CacheKey key) {
    byKey.remove(key);
  }

  /** Forgets all, before the texts are submitted anew. */
  void clear() throws IOException {
    Files.deleteIfExists(file);
    byKey.clear();
  }
}
