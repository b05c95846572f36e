package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a model's folder says, in the layout of sentence-transformers exported to ONNX. What it does
 * not say, and would make other vectors, is not guessed.
 *
 * @param model {@code model.onnx}, or {@code onnx/model.onnx}, or the only file of that kind
 * @param tokenizer {@code tokenizer.json}
 * @param pooling how tokens become one vector, one part after the other
 * @param normalized whether vectors are made unit length: as {@code modules.json} says, yes where
 *     there is none
 * @param lowerCase whether texts are, before anything else
 * @param window tokens that the model takes in one text, special ones included; 512 where no file
 *     says
 * @param prompts what goes before a text, by its use
 */
record ModelFolder(
    Path model,
    Path tokenizer,
    List<Pooling> pooling,
    boolean normalized,
    boolean lowerCase,
    int window,
    Prompts prompts) {
  private static final int USUAL_WINDOW = 512;
  private static final String ENDING = ".onnx";

  /** The names that the transformer module's file has had. */
  private static final List<String> TRANSFORMER_CONFIGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  /**
   * Reads a folder.
   *
   * @param place the folder, or the one of its {@code .onnx} files that is meant
   * @throws Usage where it is no model's folder, or asks for what cannot be done here
   */
  static ModelFolder read(Path place) {
    if (Files.isDirectory(place)) {
      return read(place, soleModel(place));
    }
    if (Files.isRegularFile(place) && place.toString().endsWith(ENDING)) {
      Path folder = place.toAbsolutePath().getParent();
      return read(folder.endsWith("onnx") ? folder.getParent() : folder, place);
    }
    throw new Usage(
        "--model "
            + place
            + ": there is no such model here and no such folder; a folder holds"
            + " model.onnx and tokenizer.json");
  }

  private static ModelFolder read(Path folder, Path model) {
    Path modules = folder.resolve("modules.json");
    List<JsonValue> steps = Files.exists(modules) ? JsonValue.read(modules).items() : List.of();
    Path pooling = folder.resolve("1_Pooling");
    Path transformer = folder;
    boolean normalized = steps.isEmpty();
    for (JsonValue step : steps) {
      String type = step.at("type").text().orElse("");
      Path path = folder.resolve(step.at("path").text().orElse(""));
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> transformer = path;
        case "Pooling" -> pooling = path;
        case "Normalize" -> normalized = true;
        case "Dropout" -> {} // of training
        default ->
            throw new Usage(
                modules + " asks for the module " + type + ", which embedctl cannot run");
      }
    }
    Prompts prompts = Prompts.read(folder);
    JsonValue config = transformerConfig(transformer);
    return new ModelFolder(
        model,
        tokenizer(folder, transformer),
        pooling(pooling.resolve("config.json"), prompts),
        normalized,
        config.at("do_lower_case").truth().orElse(false),
        window(config, transformer),
        prompts);
  }

  /** The same, whose vectors are made unit length where that is wanted. */
  ModelFolder with(Normalization wanted) {
    return switch (wanted) {
      case NONE -> this;
      case UNIT_LENGTH ->
          new ModelFolder(model, tokenizer, pooling, true, lowerCase, window, prompts);
    };
  }

  private static Path soleModel(Path folder) {
    List<Path> found = new ArrayList<>();
    for (Path place : List.of(folder, folder.resolve("onnx"))) {
      Path usual = place.resolve("model" + ENDING);
      if (Files.isRegularFile(usual)) {
        return usual;
      }
      found.addAll(models(place));
    }
    return switch (found.size()) {
      case 1 -> found.get(0);
      case 0 -> throw new Usage("--model " + folder + ": the folder has no model.onnx");
      default ->
          throw new Usage(
              "--model "
                  + folder
                  + ": the folder has "
                  + found.size()
                  + " models and none is model.onnx; say which, as in --model "
                  + found.get(0));
    };
  }

  private static List<Path> models(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ENDING))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new Usage("the model's folder " + folder + " cannot be read: " + e.getMessage());
    }
  }

  private static Path tokenizer(Path folder, Path transformer) {
    return Stream.of(folder, transformer)
        .map(place -> place.resolve("tokenizer.json"))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() -> new Usage("--model " + folder + ": the folder has no tokenizer.json"));
  }

  private static List<Pooling> pooling(Path file, Prompts prompts) {
    if (!Files.exists(file)) {
      throw new Usage(
          "the model has no "
              + file
              + ", which says how its tokens become a vector; take it from the model's"
              + " sentence-transformers repository");
    }
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
    if (prompts.any() && !config.at("include_prompt").truth().orElse(true)) {
      throw new Usage(file + " leaves prompts out of the pooling, which embedctl cannot do");
    }
    return List.copyOf(asked);
  }

  private static JsonValue transformerConfig(Path transformer) {
    return TRANSFORMER_CONFIGS.stream()
        .map(transformer::resolve)
        .filter(Files::exists)
        .findFirst()
        .map(JsonValue::read)
        .orElse(JsonValue.NOTHING);
  }

  /** As sentence-transformers takes it: what it says itself, else what both of the others allow. */
  private static int window(JsonValue config, Path transformer) {
    OptionalInt said = config.at("max_seq_length").integer();
    if (said.isPresent()) {
      return said.getAsInt();
    }
    return Stream.of(
            integer(transformer.resolve("tokenizer_config.json"), "model_max_length"),
            integer(transformer.resolve("config.json"), "max_position_embeddings"))
        .flatMapToInt(OptionalInt::stream)
        .min()
        .orElse(USUAL_WINDOW);
  }

  private static OptionalInt integer(Path file, String name) {
    return Files.exists(file) ? JsonValue.read(file).at(name).integer() : OptionalInt.empty();
  }
}
