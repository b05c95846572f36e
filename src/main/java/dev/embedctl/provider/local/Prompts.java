package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The prompts that a model was trained to read before texts.
 *
 * @param folder the model's folder
 * @param byName prompts by their names in the folder
 * @param byDefault the prompt before a text without an input type, if the folder has one
 */
record Prompts(Path folder, Map<String, String> byName, Optional<String> byDefault) {
  private static final String NONE = "";

  Prompts {
    byName = Map.copyOf(byName);
  }

  /**
   * Reads a folder's {@code config_sentence_transformers.json}; without the file there are no
   * prompts.
   *
   * @throws Usage if it cannot be read
   */
  static Prompts read(Path folder) {
    Path file = folder.resolve("config_sentence_transformers.json");
    if (!Files.exists(file)) {
      return new Prompts(folder, Map.of(), Optional.empty());
    }
    JsonValue config = JsonValue.read(file);
    Map<String, String> byName = new TreeMap<>();
    config
        .at("prompts")
        .fields()
        .forEach((use, prompt) -> prompt.text().ifPresent(text -> byName.put(use, text)));
    Optional<String> usualUse = config.at("default_prompt_name").text();
    if (usualUse.isPresent() && !byName.containsKey(usualUse.get())) {
      throw new Usage(file + " has no prompt named " + usualUse.get() + ", its default");
    }
    return new Prompts(folder, byName, usualUse.map(byName::get));
  }

  /** Whether there is a prompt before any text. */
  boolean any() {
    return byName.values().stream().anyMatch(prompt -> !prompt.isEmpty());
  }

  /**
   * The prompt before each text of an input type.
   *
   * @throws Usage if the model has no prompt for the input type, or needs one and none is given
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
                    Parameter.INPUT_TYPE
                        + ": the model in "
                        + folder
                        + " has no prompt for this type; omit the option"));
  }

  /** The empty prompt of documents if only queries have a prompt. */
  private Optional<String> unprompted(InputType use) {
    return switch (use) {
      case QUERY -> Optional.empty();
      case DOCUMENT -> named(InputType.QUERY).map(query -> NONE);
    };
  }

  /**
   * The prompt before a text without an input type. Fails if there are only prompts for both types:
   * the model was not trained on texts without a prompt, and its vectors would be silently worse.
   */
  private String beforeAnyText() {
    if (byDefault.isEmpty() && promptedAs(InputType.QUERY) && promptedAs(InputType.DOCUMENT)) {
      throw new Usage(
          "the model in "
              + folder
              + " needs to know the purpose of texts: pass "
              + Parameter.INPUT_TYPE
              + " document for texts to be"
              + " searched, or "
              + Parameter.INPUT_TYPE
              + " query for queries and for texts to be compared with"
              + " each other");
    }
    return byDefault.orElse(NONE);
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
    return names.stream().filter(byName::containsKey).findFirst().map(byName::get);
  }
}
