package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The content of a model's folder, in the layout of sentence-transformers exported to ONNX. Missing
 * settings that would change vectors are not guessed.
 *
 * @param model {@code model.onnx}, or {@code onnx/model.onnx}, or the only file of that kind
 * @param tokenizer {@code tokenizer.json}
 * @param pooling the poolings whose results are concatenated to a vector
 * @param normalized whether vectors are scaled to unit length: as in {@code modules.json}, yes if
 *     there is none
 * @param lowerCase whether texts are converted to lower case first
 * @param window the maximum number of tokens in a text, including special ones; 512 if no file
 *     contains it
 * @param prompts the prompts before texts, by input type
 */
record ModelFolder(
    Path model,
    Path tokenizer,
    List<Pooling> pooling,
    boolean normalized,
    boolean lowerCase,
    int window,
    Prompts prompts) {
  private static final int DEFAULT_WINDOW = 512;
  private static final String SUFFIX = ".onnx";

  /** The possible names of the transformer module's file. */
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
   * @param place the folder, or one of its {@code .onnx} files
   * @throws Usage if it is not a model's folder, or needs something that embedctl cannot do
   */
  static ModelFolder read(Path place) {
    if (Files.isDirectory(place)) {
      return read(place, soleModel(place));
    }
    if (Files.isRegularFile(place) && place.toString().endsWith(SUFFIX)) {
      Path folder = place.toAbsolutePath().getParent();
      return read(folder.endsWith("onnx") ? folder.getParent() : folder, place);
    }
    throw new Usage(
        Parameter.MODEL
            + " "
            + place
            + ": there is no such model or folder; a model's folder contains model.onnx and"
            + " tokenizer.json");
  }

  /**
   * Reads a folder without looking for its model.
   *
   * @param model the model's file, which may not exist yet
   * @throws Usage if it needs something that embedctl cannot do
   */
  static ModelFolder read(Path folder, Path model) {
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
        case "Dropout" -> {} // only used in training
        default ->
            throw new Usage(
                modules + " contains the module " + type + ", which embedctl cannot run");
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
      Path usual = place.resolve("model" + SUFFIX);
      if (Files.isRegularFile(usual)) {
        return usual;
      }
      found.addAll(models(place));
    }
    return switch (found.size()) {
      case 1 -> found.get(0);
      case 0 -> throw new Usage(Parameter.MODEL + " " + folder + ": the folder has no model.onnx");
      default ->
          throw new Usage(
              Parameter.MODEL
                  + " "
                  + folder
                  + ": the folder has "
                  + found.size()
                  + " models, and none is model.onnx; select one, for example "
                  + Parameter.MODEL
                  + " "
                  + found.get(0));
    };
  }

  private static List<Path> models(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
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
        .orElseThrow(
            () -> new Usage(Parameter.MODEL + " " + folder + ": the folder has no tokenizer.json"));
  }

  private static List<Pooling> pooling(Path file, Prompts prompts) {
    if (!Files.exists(file)) {
      throw new Usage(
          "the file "
              + file
              + ", which names the model's pooling, is missing; get it from the model's"
              + " sentence-transformers repository");
    }
    JsonValue config = JsonValue.read(file);
    List<Pooling> poolings = new ArrayList<>();
    List<String> words = new ArrayList<>();
    config.at("pooling_mode").text().ifPresent(words::add);
    config.at("pooling_mode").items().forEach(word -> word.text().ifPresent(words::add));
    for (Pooling pooling : Pooling.values()) {
      if (config.at(pooling.flag()).truth().orElse(false) || words.contains(pooling.word())) {
        poolings.add(pooling);
      }
    }
    if (poolings.isEmpty()) {
      throw new Usage(file + " names no pooling that embedctl supports");
    }
    if (prompts.any() && !config.at("include_prompt").truth().orElse(true)) {
      throw new Usage(file + " excludes prompts from the pooling, which embedctl does not support");
    }
    return List.copyOf(poolings);
  }

  private static JsonValue transformerConfig(Path transformer) {
    return TRANSFORMER_CONFIGS.stream()
        .map(transformer::resolve)
        .filter(Files::exists)
        .findFirst()
        .map(JsonValue::read)
        .orElse(JsonValue.NOTHING);
  }

  /**
   * As in sentence-transformers: its own setting, or else the smaller limit of the other two files.
   */
  private static int window(JsonValue config, Path transformer) {
    OptionalInt own = config.at("max_seq_length").integer();
    if (own.isPresent()) {
      return own.getAsInt();
    }
    return Stream.of(
            integer(transformer.resolve("tokenizer_config.json"), "model_max_length"),
            integer(transformer.resolve("config.json"), "max_position_embeddings"))
        .flatMapToInt(OptionalInt::stream)
        .min()
        .orElse(DEFAULT_WINDOW);
  }

  private static OptionalInt integer(Path file, String name) {
    return Files.exists(file) ? JsonValue.read(file).at(name).integer() : OptionalInt.empty();
  }
}
