package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingProviderContract;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the included model. */
final class DefaultModelTest implements EmbeddingProviderContract {
  static final Path HOME = Path.of(System.getProperty("embedctl.home"));
  static final Path FOLDER = HOME.resolve("models/all-MiniLM-L6-v2");

  @Override
  public EmbeddingProvider provider() {
    return open(Oversize.ERROR);
  }

  private static EmbeddingProvider open(Oversize oversize) {
    return LocalModelProvider.open(
        FOLDER, ModelOrigin.INSTALLED, "all-MiniLM-L6-v2", Optional.empty(), oversize, 2);
  }

  private static double cosine(Vector one, Vector other) {
    double dot = 0;
    double ones = 0;
    double others = 0;
    for (int i = 0; i < one.dimensions(); i++) {
      dot += (double) one.at(i) * other.at(i);
      ones += (double) one.at(i) * one.at(i);
      others += (double) other.at(i) * other.at(i);
    }
    return dot / Math.sqrt(ones * others);
  }

  /** The reference was computed by ONNX Runtime for Python and Hugging Face's tokenizer. */
  @Test
  void returnsTheVectorsOfAnotherImplementation() throws Exception {
    try (InputStream in =
            getClass().getResourceAsStream("/models/all-MiniLM-L6-v2-reference.json");
        EmbeddingProvider provider = provider()) {
      for (JsonNode reference : new ObjectMapper().readTree(in).get("texts")) {
        String text = reference.get("text").textValue();
        Vector vector = provider.embed(List.of(text)).vectors().get(0);

        assertEquals(reference.get("tokens").intValue(), provider.tokens(text), text);
        assertEquals(384, vector.dimensions());
        for (int i = 0; i < 384; i++) {
          assertEquals(reference.get("vector").get(i).doubleValue(), vector.at(i), 1e-5, text);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A man is playing a guitar. | Somebody plays the guitar. | The stock market fell today.",
        "How do I reset my password? | I forgot my login credentials. | Bake it for forty minutes.",
        "The train was two hours late. | We waited long for the train. | Cats sleep most of the"
            + " day.",
        "Water boils at 100 degrees. | At 100 °C water starts boiling. | He signed the contract.",
        "She bought a new car. | She purchased an automobile. | The river froze in January.",
        "The child is sleeping. | A kid is asleep. | The engine needs more oil.",
        "Our flight was cancelled. | The airline called off our flight. | This soup wants salt.",
        "The price went up. | It became more expensive. | The moon has no air."
      })
  void paraphrasesAreNearerThanUnrelatedTexts(String text, String paraphrase, String stranger)
      throws Exception {
    try (EmbeddingProvider provider = provider()) {
      List<Vector> vectors = provider.embed(List.of(text, paraphrase, stranger)).vectors();
      double near = cosine(vectors.get(0), vectors.get(1));
      double far = cosine(vectors.get(0), vectors.get(2));

      assertTrue(near > far + 0.2, near + " and " + far);
    }
  }

  @Test
  void aVectorDoesNotDependOnOtherTexts() throws Exception {
    Random random = new Random(3);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add("word " + i + " " + "and more ".repeat(random.nextInt(40)));
    }
    try (EmbeddingProvider provider = provider()) {
      List<Vector> alone = new ArrayList<>();
      for (String text : texts) {
        alone.add(provider.embed(List.of(text)).vectors().get(0));
      }
      for (int round = 0; round < 3; round++) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
          order.add(i);
        }
        Collections.shuffle(order, random);
        List<Vector> together = provider.embed(order.stream().map(texts::get).toList()).vectors();
        for (int i = 0; i < order.size(); i++) {
          Vector expected = alone.get(order.get(i));
          for (int d = 0; d < 384; d++) {
            assertEquals(expected.at(d), together.get(i).at(d), 1e-6f);
          }
        }
      }
    }
  }

  @Test
  void aLongTextIsTruncatedAtTheWindow() throws Exception {
    String window = "word ".repeat(254);
    try (EmbeddingProvider provider = open(Oversize.TRUNCATE)) {
      List<Vector> vectors =
          provider.embed(List.of(window, window + "and what no longer fits")).vectors();

      assertEquals(256, provider.tokens(window));
      assertEquals(vectors.get(0), vectors.get(1));
    }
  }

  @Test
  void theStoredHashIsThatOfTheModel() throws Exception {
    Path told = FOLDER.resolve("model.onnx.sha256");

    assertEquals(
        Files.readString(told).substring(0, 64), ModelFile.sha256(FOLDER.resolve("model.onnx")));
  }
}
