package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a model was trained to read before a text.
 *
 * @param folder the model's
 * @param byUse what goes before a text of each use that the folder names
 * @param usual what goes before a text of which no use is said, where the folder says so
 */
record Prompts(Path folder, Map<String, String> byUse, Optional<String> usual) {
  private static final String NONE = "";

  Prompts {
    byUse = Map.copyOf(byUse);
  }

  /**
   * Reads a folder's {@code config_sentence_transformers.json}; no file, no prompts.
   *
   * @throws Usage where it cannot be read
   */
  static Prompts read(Path folder) {
    Path file = folder.resolve("config_sentence_transformers.json");
    if (!Files.exists(file)) {
      return new Prompts(folder, Map.of(), Optional.empty());
    }
    JsonValue config = JsonValue.read(file);
    Map<String, String> byUse = new TreeMap<>();
    config
        .at("prompts")
        .fields()
        .forEach((use, prompt) -> prompt.text().ifPresent(text -> byUse.put(use, text)));
    Optional<String> usualUse = config.at("default_prompt_name").text();
    if (usualUse.isPresent() && !byUse.containsKey(usualUse.get())) {
      throw new Usage(file + " has no prompt named " + usualUse.get() + ", its default");
    }
    return new Prompts(folder, byUse, usualUse.map(byUse::get));
  }

  /** Whether anything goes before any text. */
  boolean any() {
    return byUse.values().stream().anyMatch(prompt -> !prompt.isEmpty());
  }

  /**
   * What goes before each text of a use.
   *
   * @throws Usage where the model does not tell texts of that use apart, or must be told the use
   */
  String before(Optional<InputType> use) {
    return use.map(this::before).orElseGet(this::beforeAnyText);
  }

  private String before(InputType use) {
    return named(use)
        .or(() -> unprompted(use))
        .orElseThrow(
            () ->
                new Usage(
                    "--input-type: the model in "
                        + folder
                        + " has no prompt for it; leave it out"));
  }

  /** Where only queries have a prompt, documents stand as they are. */
  private Optional<String> unprompted(InputType use) {
    return switch (use) {
      case QUERY -> Optional.empty();
      case DOCUMENT -> named(InputType.QUERY).map(query -> NONE);
    };
  }

  /** A text without a prompt is what such a model never saw, and nothing would show it. */
  private String beforeAnyText() {
    if (usual.isEmpty() && promptedAs(InputType.QUERY) && promptedAs(InputType.DOCUMENT)) {
      throw new Usage(
          "the model in "
              + folder
              + " must be told what its texts are: say --input-type document for texts to be"
              + " searched, --input-type query for what they are searched with, or for texts to"
              + " be compared with each other");
    }
    return usual.orElse(NONE);
  }

  private boolean promptedAs(InputType use) {
    return named(use).filter(prompt -> !prompt.isEmpty()).isPresent();
  }

  private Optional<String> named(InputType use) {
    List<String> names =
        switch (use) {
          case QUERY -> List.of("query");
          case DOCUMENT -> List.of("document", "passage", "corpus");
        };
    return names.stream().filter(byUse::containsKey).findFirst().map(byUse::get);
  }
}
