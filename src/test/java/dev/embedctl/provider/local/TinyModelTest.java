package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException.Refused;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models of three dimensions whose token vectors are known: token {@code i} of {@code tiny} has the
 * vector {@code [3i, 3i+1, 3i+2] / 8 - 1}. Its tokens are [CLS] 2, [SEP] 3, red 4, green 5.
 */
final class TinyModelTest {
  @TempDir private Path folder;

  private void copy(String model) throws IOException, URISyntaxException {
    Path source = Path.of(getClass().getResource("/models/" + model).toURI());
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private EmbeddingProvider open(Optional<InputType> inputType, Oversize oversize) {
    return LocalModelProvider.open(folder, ModelOrigin.USERS_OWN, "tiny", inputType, oversize, 2);
  }

  private EmbeddingProvider open() {
    return open(Optional.empty(), Oversize.ERROR);
  }

  private Vector embed(String text) throws Exception {
    try (EmbeddingProvider provider = open()) {
      return provider.embed(List.of(text)).vectors().get(0);
    }
  }

  private static float[] token(int id) {
    return new float[] {3 * id / 8f - 1, (3 * id + 1) / 8f - 1, (3 * id + 2) / 8f - 1};
  }

  private static Vector average(double divisor, int... ids) {
    float[] vector = new float[3];
    for (int d = 0; d < 3; d++) {
      double sum = 0;
      for (int id : ids) {
        sum += token(id)[d];
      }
      vector[d] = (float) (sum / divisor);
    }
    return Vector.wrap(vector);
  }

  private void pooling(String config) throws IOException {
    Files.writeString(folder.resolve("1_Pooling/config.json"), config);
  }

  @Test
  void usesThePoolingOfTheFolder() throws Exception {
    copy("tiny");
    assertEquals(average(4, 2, 4, 5, 3), embed("red green"));
    pooling("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    assertEquals(average(1, 2), embed("red green"));
    pooling("{\"pooling_mode_max_tokens\": true}");
    assertEquals(average(1, 5), embed("red green"));
    pooling("{\"pooling_mode_mean_sqrt_len_tokens\": true}");
    assertEquals(average(2, 2, 4, 5, 3), embed("red green"));
    pooling("{\"pooling_mode_lasttoken\": true}");
    assertEquals(average(1, 3), embed("red green"));
    pooling("{\"pooling_mode_weightedmean_tokens\": true}");
    assertEquals(average(10, 2, 4, 4, 5, 5, 5, 3, 3, 3, 3), embed("red green"));
    pooling("{\"pooling_mode\": \"cls\"}");
    assertEquals(average(1, 2), embed("red green"));
    pooling("{\"pooling_mode_cls_token\": true, \"pooling_mode_lasttoken\": true}");
    Vector both = embed("red green");
    assertEquals(6, both.dimensions());
    assertEquals(average(1, 3), Vector.wrap(both.at(3), both.at(4), both.at(5)));
  }

  @Test
  void paddingDoesNotChangeAVector() throws Exception {
    copy("tiny");
    try (EmbeddingProvider provider = open()) {
      List<Vector> vectors =
          provider.embed(List.of("red", "red green blue .", "green", "red")).vectors();

      assertEquals(average(3, 2, 4, 3), vectors.get(0));
      assertEquals(average(6, 2, 4, 5, 6, 8, 3), vectors.get(1));
      assertEquals(average(3, 2, 5, 3), vectors.get(2));
      assertEquals(vectors.get(0), vectors.get(3));
    }
  }

  @Test
  void normalizesVectorsIfTheFolderSaysSo() throws Exception {
    copy("tiny");
    Files.delete(folder.resolve("modules.json"));
    Vector vector = embed("red green");
    double length = 0;
    for (float value : vector.toArray()) {
      length += value * value;
    }

    assertEquals(1, length, 1e-6);
  }

  @Test
  void addsTheModelsPromptBeforeTexts() throws Exception {
    copy("tiny");
    try (EmbeddingProvider provider = open(Optional.of(InputType.QUERY), Oversize.ERROR)) {
      assertEquals(average(5, 2, 9, 10, 4, 3), provider.embed(List.of("red")).vectors().get(0));
      assertEquals(5, provider.tokens("red"));
    }
    Files.delete(folder.resolve("config_sentence_transformers.json"));
    assertThrows(Usage.class, () -> open(Optional.of(InputType.QUERY), Oversize.ERROR));
  }

  @Test
  void aTextLongerThanTheWindowIsRefusedOrTruncated() throws Exception {
    copy("tiny");
    String fits = "red green blue .";
    String tooLong = "red green blue . red";
    try (EmbeddingProvider provider = open()) {
      assertEquals(6, provider.limits().tokensPerText().orElseThrow());
      assertEquals(6, provider.tokens(fits));
      assertEquals(7, provider.tokens(tooLong));
      assertThrows(Refused.class, () -> provider.embed(List.of(fits, tooLong)));
    }
    try (EmbeddingProvider provider = open(Optional.empty(), Oversize.TRUNCATE)) {
      List<Vector> vectors = provider.embed(List.of(fits, tooLong)).vectors();
      assertEquals(vectors.get(0), vectors.get(1));
    }
  }

  /** Values beside "light" are rounded with its larger scale, if both are in one run. */
  @Test
  void aVectorOfAnEightBitModelDoesNotDependOnOtherTexts() throws Exception {
    copy("tiny-int8");
    Random random = new Random(5);
    List<String> words = List.of("red", "green", "blue", "light", ".");
    List<String> texts = new ArrayList<>();
    for (int text = 0; text < 40; text++) {
      List<String> chosen = new ArrayList<>();
      for (int word = 0; word <= random.nextInt(4); word++) {
        chosen.add(words.get(random.nextInt(words.size())));
      }
      texts.add(String.join(" ", chosen));
    }
    Map<String, Vector> alone = new HashMap<>();
    for (String text : texts) {
      alone.put(text, embed(text));
    }
    for (int threads = 1; threads <= 4; threads++) {
      Collections.shuffle(texts, random);
      try (EmbeddingProvider provider =
          LocalModelProvider.open(
              folder, ModelOrigin.USERS_OWN, "tiny", Optional.empty(), Oversize.ERROR, threads)) {
        List<Vector> together = provider.embed(texts).vectors();
        for (int text = 0; text < texts.size(); text++) {
          assertArrayEquals(
              alone.get(texts.get(text)).toArray(), together.get(text).toArray(), texts.get(text));
        }
      }
    }
  }

  @Test
  void theSpecOfAnEightBitModelNamesItsRuntimeAndTheProcessorsInstructions() throws Exception {
    copy("tiny-int8");
    assertTrue(
        revision(Optional.empty())
            .endsWith(
                "onnxruntime "
                    + OnnxModel.runtimeVersion()
                    + " on "
                    + Processor.here().decisive()));
    assertTrue(computesInEightBits());
  }

  @Test
  void aFloatModelDoesNotComputeInEightBits() throws Exception {
    copy("tiny");
    assertFalse(computesInEightBits());
  }

  private boolean computesInEightBits() {
    try (LocalModelProvider provider =
        LocalModelProvider.open(
            folder, ModelOrigin.USERS_OWN, "tiny", Optional.empty(), Oversize.ERROR, 1)) {
      return provider.computesInEightBits();
    }
  }

  @Test
  void everythingThatChangesAVectorChangesTheSpec() throws Exception {
    copy("tiny");
    Set<String> revisions = new HashSet<>();
    assertTrue(revisions.add(revision(Optional.empty())));
    assertTrue(revisions.add(revision(Optional.of(InputType.QUERY))));
    pooling("{\"pooling_mode_cls_token\": true}");
    assertTrue(revisions.add(revision(Optional.empty())));
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 5}");
    assertTrue(revisions.add(revision(Optional.empty())));
    Files.delete(folder.resolve("modules.json"));
    assertTrue(revisions.add(revision(Optional.empty())));
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"light\"", "\"dark\""));
    assertTrue(revisions.add(revision(Optional.empty())));
    Path model = folder.resolve("model.onnx");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 20] ^= 1;
    Files.write(model, bytes);
    assertTrue(revisions.add(revision(Optional.empty())));
    Files.writeString(folder.resolve("model.onnx_data"), "weights");
    assertTrue(revisions.add(revision(Optional.empty())));
    Files.writeString(folder.resolve("model.onnx_data"), "other weights");
    assertTrue(revisions.add(revision(Optional.empty())));
  }

  /** A hash beside a user's model may belong to a model that was replaced. */
  @Test
  void ignoresAHashBesideAUsersModel() throws Exception {
    copy("tiny");
    String before = revision(Optional.empty());
    Files.writeString(folder.resolve("model.onnx.sha256"), "0".repeat(64) + " fp32");

    assertEquals(before, revision(Optional.empty()));
  }

  private String revision(Optional<InputType> inputType) {
    try (EmbeddingProvider provider = open(inputType, Oversize.ERROR)) {
      return provider.spec().revision();
    }
  }

  /** A run whose texts are all cached must not load the model. */
  @Test
  void computesTheSpecWithoutLoadingTheModel() throws Exception {
    copy("tiny");
    Files.write(folder.resolve("model.onnx"), new byte[] {1, 2, 3});
    try (EmbeddingProvider provider = open()) {
      EmbeddingSpec spec = provider.spec();

      assertEquals("local", spec.provider());
      assertThrows(RunFailed.class, () -> provider.embed(List.of("red")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.onnx                | | the folder has no model.onnx",
        "tokenizer.json            | | the folder has no tokenizer.json",
        "modules.json              | [{\"type\": \"sentence_transformers.models.Dense\"}] | Dense",
        "modules.json              | nonsense | cannot be read",
        "1_Pooling/config.json     | {} | names no pooling",
        "sentence_bert_config.json | { | cannot be read"
      })
  void namesTheProblemOfAFolder(String file, String content, String message) throws Exception {
    copy("tiny");
    Files.delete(folder.resolve(file));
    if (content != null) {
      Files.writeString(folder.resolve(file), content);
    }

    Usage failure = assertThrows(Usage.class, this::open);

    assertTrue(failure.getMessage().contains(message), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
  }

  @Test
  void namesAMissingFolder() {
    assertThrows(
        Usage.class,
        () ->
            LocalModelProvider.open(
                folder.resolve("none"),
                ModelOrigin.USERS_OWN,
                "none",
                Optional.empty(),
                Oversize.ERROR,
                1));
  }

  /** This tokenizer does not convert texts to lower case by itself. */
  @Test
  void convertsTextsToLowerCaseIfTheFolderSaysSo() throws Exception {
    copy("tiny");
    Path wordLevel = Path.of(getClass().getResource("/models/word-level-tokenizer.json").toURI());
    Files.copy(wordLevel, folder.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);

    assertEquals(average(4, 2, 1, 5, 3), embed("RED green"));
    String asTheyAre = revision(Optional.empty());
    Files.writeString(
        folder.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": 6, \"do_lower_case\": true}");
    assertEquals(average(4, 2, 4, 5, 3), embed("RED green"));
    assertNotEquals(asTheyAre, revision(Optional.empty()));
  }

  @Test
  void usesTheGeneralLibraryForOtherTokenizers() throws Exception {
    copy("tiny");
    Path wordLevel = Path.of(getClass().getResource("/models/word-level-tokenizer.json").toURI());
    Files.copy(wordLevel, folder.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);

    assertEquals(average(4, 2, 4, 5, 3), embed("red green"));
    try (EmbeddingProvider provider = open(Optional.empty(), Oversize.TRUNCATE)) {
      List<Vector> vectors =
          provider.embed(List.of("red green blue .", "red green blue . red")).vectors();
      assertEquals(vectors.get(0), vectors.get(1));
    }
  }
}
