package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads folders in the layouts of sentence-transformers and its exporters; loads no model. */
final class ModelFolderTest {
  private static final Path FETCHED =
      Path.of(System.getProperty("embedctl.basedir"), "src", "models");

  @TempDir private Path folder;

  @BeforeEach
  void describeAModel() throws IOException {
    write("tokenizer.json", "{}");
    write("model.onnx", "");
    write(
        "modules.json",
        """
        [{"path": "", "type": "sentence_transformers.models.Transformer"},
         {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """);
    write("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}");
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private String refusal(Path place) {
    Usage failure = assertThrows(Usage.class, () -> ModelFolder.read(place));
    assertEquals(1, failure.getMessage().lines().count(), failure::getMessage);
    return failure.getMessage();
  }

  @Test
  void theModelMayBeInTheOnnxFolder() throws IOException {
    Files.delete(folder.resolve("model.onnx"));
    write("onnx/model.onnx", "");
    write("onnx/model_O2.onnx", "");

    assertEquals(folder.resolve("onnx/model.onnx"), ModelFolder.read(folder).model());
  }

  @Test
  void usesTheOnlyModel() throws IOException {
    Files.delete(folder.resolve("model.onnx"));
    write("onnx/model_quantized.onnx", "");

    assertEquals(folder.resolve("onnx/model_quantized.onnx"), ModelFolder.read(folder).model());
  }

  @Test
  void refusesToChooseAmongSeveralModels() throws IOException {
    Files.delete(folder.resolve("model.onnx"));
    write("onnx/model_O2.onnx", "");
    write("onnx/model_quantized.onnx", "");

    assertTrue(refusal(folder).contains("select one, for example `model` " + folder));
    Path named = folder.resolve("onnx/model_quantized.onnx");
    ModelFolder read = ModelFolder.read(named);
    assertEquals(named, read.model());
    assertEquals(folder.resolve("tokenizer.json"), read.tokenizer());
    assertEquals(List.of(Pooling.CLS), read.pooling());
  }

  @Test
  void readsTheTransformersFolderFromTheModules() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    write(
        "modules.json",
        """
        [{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"},
         {"path": "1_Pool", "type": "sentence_transformers.models.Pooling"},
         {"path": "2_Dropout", "type": "sentence_transformers.models.Dropout"}]
        """);
    write("0_Transformer/tokenizer.json", "{}");
    write("0_Transformer/sentence_roberta_config.json", "{\"max_seq_length\": 75}");
    write("1_Pool/config.json", "{\"pooling_mode_max_tokens\": true}");

    ModelFolder read = ModelFolder.read(folder);

    assertEquals(folder.resolve("0_Transformer/tokenizer.json"), read.tokenizer());
    assertEquals(75, read.window());
    assertEquals(List.of(Pooling.MAX), read.pooling());
    assertEquals(false, read.normalized());
  }

  @Test
  void poolingIsNeverGuessed() throws IOException {
    Files.delete(folder.resolve("modules.json"));
    assertEquals(List.of(Pooling.CLS), ModelFolder.read(folder).pooling());

    Files.delete(folder.resolve("1_Pooling/config.json"));
    assertTrue(refusal(folder).contains("which names the model's pooling, is missing"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                        |                              |                              "
            + "   | 512",
        "{'max_seq_length': 128} | {'model_max_length': 512}    | {'max_position_embeddings':"
            + " 64} | 128",
        "{'max_seq_length':null} | {'model_max_length': 512}    |"
            + " {'max_position_embeddings':514} | 512",
        "                        | {'model_max_length': 4096}   |"
            + " {'max_position_embeddings':514} | 514",
        "                        | {'model_max_length': 1.0e30} |"
            + " {'max_position_embeddings':256} | 256",
        "                        | {'model_max_length': 128}    |                              "
            + "   | 128"
      })
  void theWindowIsThatOfSentenceTransformers(String own, String tokenizer, String model, int window)
      throws IOException {
    for (var file :
        List.of(
            new String[] {"sentence_bert_config.json", own},
            new String[] {"tokenizer_config.json", tokenizer},
            new String[] {"config.json", model})) {
      if (file[1] != null) {
        write(file[0], file[1].replace('\'', '"'));
      }
    }

    assertEquals(window, ModelFolder.read(folder).window());
  }

  /** An expected prompt is in brackets; anything else is an expected message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                    | []    | has no prompt | has no prompt",
        "{'query': 'q: '}                      | []    | [q: ]         | []",
        "{'query': 'q: ', 'document': ''}      | []    | [q: ]         | []",
        "{'query': '', 'document': ''}         | []    | []            | []",
        "{'query': '', 'passage': 'p: '}       | []    | []            | [p: ]",
        "{'query': 'q: ', 'passage': 'p: '}    | needs to know the purpose of texts | [q: ] |"
            + " [p: ]",
        "{'query': 'q: ', 'corpus': 'c: '}     | needs to know the purpose of texts | [q: ] |"
            + " [c: ]",
        "{'document': 'd: '}                   | []    | has no prompt | [d: ]",
        "{'s2s': 's: '}                        | []    | has no prompt | has no prompt"
      })
  void aTextGetsThePromptOfItsInputType(String prompts, String none, String query, String document)
      throws IOException {
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": " + prompts.replace('\'', '"') + ", \"default_prompt_name\": null}");
    Prompts read = ModelFolder.read(folder).prompts();

    assertPrompt(none, read, Optional.empty());
    assertPrompt(query, read, Optional.of(InputType.QUERY));
    assertPrompt(document, read, Optional.of(InputType.DOCUMENT));
  }

  private static void assertPrompt(String expected, Prompts prompts, Optional<InputType> use) {
    if (expected.startsWith("[")) {
      assertEquals(expected, "[" + prompts.before(use) + "]");
    } else {
      Usage failure = assertThrows(Usage.class, () -> prompts.before(use));
      assertTrue(failure.getMessage().contains(expected), failure::getMessage);
      assertEquals(1, failure.getMessage().lines().count());
    }
  }

  @Test
  void theFolderMayNameADefaultPrompt() throws IOException {
    write(
        "config_sentence_transformers.json",
        """
        {"prompts": {"query": "q: ", "document": "d: ", "sts": "s: "}, "default_prompt_name": "sts"}
        """);
    Prompts prompts = ModelFolder.read(folder).prompts();

    assertEquals("s: ", prompts.before(Optional.empty()));
    assertEquals("q: ", prompts.before(Optional.of(InputType.QUERY)));
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"query\": \"q: \"}, \"default_prompt_name\": \"sts\"}");
    assertTrue(refusal(folder).contains("no prompt named sts"));
  }

  @Test
  void refusesPoolingThatExcludesPrompts() throws IOException {
    write("1_Pooling/config.json", "{\"pooling_mode\": \"mean\", \"include_prompt\": false}");
    assertEquals(List.of(Pooling.MEAN), ModelFolder.read(folder).pooling());

    write("config_sentence_transformers.json", "{\"prompts\": {\"query\": \"q: \"}}");
    assertTrue(refusal(folder).contains("excludes prompts from the pooling"));
  }

  private ModelFolder fetched(String model) throws IOException {
    Path copy = folder.resolve("fetched");
    Path description = FETCHED.resolve(model);
    try (var files = Files.walk(description)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(description.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    Files.createFile(copy.resolve("model.onnx"));
    Files.createFile(copy.resolve("tokenizer.json"));
    return ModelFolder.read(copy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bge-small-en-v1.5", "bge-small-en-v1.5-q"})
  void bgeUsesItsFirstTokenAndAPromptForQueriesOnly(String model) throws IOException {
    ModelFolder bge = fetched(model);

    assertEquals(List.of(Pooling.CLS), bge.pooling());
    assertTrue(bge.normalized());
    assertEquals(512, bge.window());
    assertEquals("", bge.prompts().before(Optional.empty()));
    assertEquals("", bge.prompts().before(Optional.of(InputType.DOCUMENT)));
    assertEquals(
        "Represent this sentence for searching relevant passages: ",
        bge.prompts().before(Optional.of(InputType.QUERY)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"e5-small-v2", "e5-small-v2-q"})
  void e5UsesTheMeanAndNeedsAnInputType(String model) throws IOException {
    ModelFolder e5 = fetched(model);

    assertEquals(List.of(Pooling.MEAN), e5.pooling());
    assertTrue(e5.normalized());
    assertEquals(512, e5.window());
    assertEquals("query: ", e5.prompts().before(Optional.of(InputType.QUERY)));
    assertEquals("passage: ", e5.prompts().before(Optional.of(InputType.DOCUMENT)));
    assertThrows(Usage.class, () -> e5.prompts().before(Optional.empty()));
  }

  @Test
  void theEightBitDefaultModelIsDescribedLikeTheIncludedOne() throws IOException {
    ModelFolder eightBits = fetched("all-MiniLM-L6-v2-q");

    assertEquals(List.of(Pooling.MEAN), eightBits.pooling());
    assertTrue(eightBits.normalized());
    assertEquals(256, eightBits.window());
    assertEquals("", eightBits.prompts().before(Optional.empty()));
  }
}
