package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a model's folder says, in the layout of sentence-transformers exported to ONNX.
 *
 * @param model {@code model.onnx}, or {@code onnx/model.onnx}
 * @param tokenizer {@code tokenizer.json}
 * @param pooling how tokens become one vector, one part after the other; the mean where {@code
 *     modules.json} does not say
 * @param normalized whether vectors are made unit length: as {@code modules.json} says, yes where
 *     there is none
 * @param window tokens that the model takes in one text, special ones included; 512 where no file
 *     says
 * @param prompts what goes before a text, by its use
 */
record ModelFolder(
    Path model,
    Path tokenizer,
    List<Pooling> pooling,
    boolean normalized,
    int window,
    Map<String, String> prompts) {
  private static final int USUAL_WINDOW = 512;

  /**
   * Reads a folder.
   *
   * @throws Usage where it is no model's folder, or asks for what cannot be done here
   */
  static ModelFolder read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Usage(
          "--model "
              + folder
              + ": there is no such model here and no such folder; a folder holds"
              + " model.onnx and tokenizer.json");
    }
    Path modules = folder.resolve("modules.json");
    List<JsonValue> steps = Files.exists(modules) ? JsonValue.read(modules).items() : List.of();
    List<Pooling> pooling = List.of(Pooling.MEAN);
    boolean normalized = steps.isEmpty();
    for (JsonValue step : steps) {
      String type = step.at("type").text().orElse("");
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> {}
        case "Pooling" ->
            pooling = pooling(folder.resolve(step.at("path").text().orElse("1_Pooling")));
        case "Normalize" -> normalized = true;
        default ->
            throw new Usage(
                modules + " asks for the module " + type + ", which embedctl cannot run");
      }
    }
    return new ModelFolder(
        firstOf(folder, "model.onnx", "onnx/model.onnx"),
        firstOf(folder, "tokenizer.json"),
        pooling,
        normalized,
        window(folder),
        prompts(folder));
  }

  private static Path firstOf(Path folder, String... names) {
    return Arrays.stream(names)
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() -> new Usage("--model " + folder + ": the folder has no " + names[0]));
  }

  private static List<Pooling> pooling(Path folder) {
    Path file = folder.resolve("config.json");
    JsonValue config = JsonValue.read(file);
    List<Pooling> asked = new ArrayList<>();
    List<String> words = new ArrayList<>();
    config.at("pooling_mode").text().ifPresent(words::add);
    config.at("pooling_mode").items().forEach(word -> word.text().ifPresent(words::add));
    for (Pooling pooling : Pooling.values()) {
      if (config.at(pooling.flag()).truth().orElse(false) || words.contains(pooling.word())) {
        asked.add(pooling);
      }
    }
    if (asked.isEmpty()) {
      throw new Usage(file + " names no pooling that embedctl knows");
    }
    return List.copyOf(asked);
  }

  private static int window(Path folder) {
    for (Map.Entry<String, String> source :
        List.of(
            Map.entry("sentence_bert_config.json", "max_seq_length"),
            Map.entry("tokenizer_config.json", "model_max_length"),
            Map.entry("config.json", "max_position_embeddings"))) {
      Path file = folder.resolve(source.getKey());
      if (Files.exists(file)) {
        OptionalInt window = JsonValue.read(file).at(source.getValue()).integer();
        if (window.isPresent()) {
          return window.getAsInt();
        }
      }
    }
    return USUAL_WINDOW;
  }

  private static Map<String, String> prompts(Path folder) {
    Path file = folder.resolve("config_sentence_transformers.json");
    Map<String, String> prompts = new TreeMap<>();
    if (Files.exists(file)) {
      JsonValue.read(file)
          .at("prompts")
          .fields()
          .forEach((use, prompt) -> prompt.text().ifPresent(text -> prompts.put(use, text)));
    }
    return Map.copyOf(prompts);
  }

  /**
   * What goes before each text.
   *
   * @throws Usage where the model does not tell texts of that use apart
   */
  String prefix(Optional<InputType> inputType) {
    if (inputType.isEmpty()) {
      return "";
    }
    List<String> uses =
        switch (inputType.get()) {
          case QUERY -> List.of("query");
          case DOCUMENT -> List.of("document", "passage");
        };
    return uses.stream()
        .filter(prompts::containsKey)
        .map(prompts::get)
        .findFirst()
        .orElseThrow(
            () ->
                new Usage(
                    "--input-type: the model in "
                        + model.getParent()
                        + " has no prompt for it; leave it out"));
  }
}
