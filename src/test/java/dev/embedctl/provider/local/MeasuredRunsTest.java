package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.local.LocalModels.Found;
import dev.embedctl.provider.local.ModelFile.Arithmetic;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Measures small models, keeps the result and uses it. */
final class MeasuredRunsTest {
  private static final int PROCESSORS = 4;

  @TempDir Path folder;
  private final List<String> heard = new ArrayList<>();

  private static Path model(String name) {
    try {
      return Path.of(MeasuredRunsTest.class.getResource("/models/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelFile file(String name) {
    return ModelFile.of(ModelFolder.read(model(name)).model(), ModelOrigin.USERS_OWN);
  }

  private static Circumstances here() {
    return Circumstances.here(file("tiny"), PROCESSORS);
  }

  private Runs found() {
    return new MeasuredRuns(Optional.of(folder), PROCESSORS, heard::add).of(file("tiny"));
  }

  private Path written(Runs runs) throws IOException {
    Path file = here().fileIn(folder);
    new Measurement(runs, 12, "2026-11-29").write(file, here());
    return file;
  }

  private static void replace(Path file, String old, String other) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(old), text);
    Files.writeString(file, text.replace(old, other));
  }

  @Test
  void usesTheMeasuredRunsAndNamesTheirOrigin() throws Exception {
    Runs fast = new Runs(512, 1, PROCESSORS);
    written(fast);

    assertEquals(fast, found());
    assertEquals(
        List.of(
            "the model computes up to 512 tokens a run, 4 runs at once, one thread each (measured by"
                + " embedctl warmup on 2026-11-29, 12 % faster than the usual runs)"),
        heard);
  }

  @Test
  void aModelThatWasNotMeasuredHasTheUsualRuns() {
    assertEquals(here().usual(), found());
    assertTrue(heard.getFirst().contains("embedctl warmup has not measured"), heard::toString);
    assertEquals(here().usual(), MeasuredRuns.none(PROCESSORS).of(file("tiny")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "nonsense", "{\"tokens_per_run\": 512}"})
  void aDamagedFileIsNotUsed(String content) throws Exception {
    Files.writeString(written(new Runs(512, 1, PROCESSORS)), content);

    assertEquals(here().usual(), found());
    assertEquals(1, heard.size());
    assertTrue(heard.getFirst().contains("the usual runs, since "), heard::toString);
    assertEquals(1, heard.getFirst().lines().count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model_sha256", "machine"})
  void theFileOfAnotherModelOrMachineIsNotUsed(String field) throws Exception {
    Path file = written(new Runs(512, 1, PROCESSORS));
    replace(file, "\"" + field + "\" : \"", "\"" + field + "\" : \"another ");

    assertEquals(here().usual(), found());
    assertTrue(heard.getFirst().contains("not of this model on this machine"), heard::toString);
  }

  @Test
  void runsThatNobodyMeasuresAreNotUsed() throws Exception {
    written(new Runs(100_000, 1, 1000));

    assertEquals(here().usual(), found());
  }

  @Test
  void eachMachineHasAFileOfItsOwn() {
    Circumstances here = here();
    Circumstances fewer =
        new Circumstances(
            here.sha256(), here.arithmetic(), here.runtime(), here.processor(), PROCESSORS - 1);
    Circumstances newer =
        new Circumstances(
            here.sha256(), here.arithmetic(), "another", here.processor(), PROCESSORS);

    assertEquals(
        3, Stream.of(here, fewer, newer).map(each -> each.fileIn(folder)).distinct().count());
  }

  /** Runs with 512 tokens and one thread are the fastest. */
  private static final class KnownSpeeds implements RunsContest.Trial {
    @Override
    public boolean keepsVectors(Runs runs) {
      return true;
    }

    @Override
    public double tokensPerSecond(Runs runs) {
      return (runs.tokens() == 512 ? 1250.0 : 1000.0) / runs.threads();
    }

    @Override
    public void close() {}
  }

  @Test
  void warmupKeepsWhatItMeasures() throws Exception {
    String sentence =
        new RunsMeasurement(
                folder,
                PROCESSORS,
                System::nanoTime,
                () -> Instant.parse("2026-11-29T23:59:59Z"),
                read -> new KnownSpeeds())
            .measure(new Found(model("tiny"), ModelOrigin.USERS_OWN, "tiny"));

    assertEquals(
        "tiny computes up to 512 tokens a run, 4 runs at once, one thread each (25 % faster than the"
            + " usual runs)",
        sentence);
    assertEquals(new Runs(512, 1, PROCESSORS), found());
    assertTrue(heard.getFirst().contains("on 2026-11-29"), heard::toString);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(here().fileIn(folder)), files.toList(), "nothing else is left");
    }
  }

  @Test
  void aModelIsReallyRunToMeasureIt() throws Exception {
    ModelFolder read = ModelFolder.read(model("tiny"));
    try (RunsTrial trial = RunsTrial.of(read)) {
      for (Runs runs : List.of(here().usual(), new Runs(256, 2, 2))) {
        assertTrue(trial.tokensPerSecond(runs) > 0, runs::toString);
      }
    }
  }

  @Test
  void aModelThatIsTooSlowKeepsItsUsualRuns() throws Exception {
    long[] now = {0};
    String sentence =
        new RunsMeasurement(folder, PROCESSORS, () -> now[0] += 5_000_000_000L, () -> Instant.EPOCH)
            .measure(new Found(model("tiny"), ModelOrigin.USERS_OWN, "tiny"));

    assertTrue(sentence.contains("could not be measured"), sentence);
    assertEquals(here().usual(), found());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-int8"})
  void vectorsAreTheSameBitForBitWhateverTheRuns(String name) throws Exception {
    sameVectors(
        model(name), ModelOrigin.USERS_OWN, List.of("red", "green", "blue", "light", "."), 4);
  }

  /** Runs that change a vector on this processor are not measured, so they are not used either. */
  @Test
  void vectorsOfTheIncludedModelAreTheSameBitForBitWhateverTheRuns() throws Exception {
    sameVectors(
        DefaultModelTest.FOLDER,
        ModelOrigin.INSTALLED,
        List.of("the", "old", "river", "found", "unbelievable", "2026", "engine's", "—", "."),
        60);
  }

  private void sameVectors(Path model, ModelOrigin origin, List<String> words, int most)
      throws Exception {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>();
    for (int text = 0; text < 40; text++) {
      List<String> chosen = new ArrayList<>();
      for (int word = 0; word <= random.nextInt(most); word++) {
        chosen.add(words.get(random.nextInt(words.size())));
      }
      texts.add(String.join(" ", chosen));
    }
    ModelFolder read = ModelFolder.read(model);
    ModelFile file = ModelFile.of(read.model(), origin);
    Circumstances here = Circumstances.here(file, PROCESSORS);
    List<Runs> all = new ArrayList<>(List.of(here.usual()));
    try (RunsTrial trial = RunsTrial.of(read)) {
      Runs.others(file.arithmetic(), PROCESSORS).stream()
          .filter(trial::keepsVectors)
          .forEach(all::add);
    }
    List<Vector> alone = new ArrayList<>();
    try (EmbeddingProvider provider = open(model, origin)) {
      for (String text : texts) {
        alone.add(provider.embed(List.of(text)).vectors().getFirst());
      }
    }
    for (Runs runs : all) {
      new Measurement(runs, 1, "2026-11-29").write(here.fileIn(folder), here);
      heard.clear();
      try (EmbeddingProvider provider = open(model, origin)) {
        List<Vector> together = provider.embed(texts).vectors();
        assertTrue(heard.getFirst().contains(runs + " (measured"), heard::toString);
        for (int text = 0; text < texts.size(); text++) {
          assertArrayEquals(
              alone.get(text).toArray(), together.get(text).toArray(), runs + texts.get(text));
        }
      }
    }
  }

  private EmbeddingProvider open(Path model, ModelOrigin origin) {
    return LocalModelProvider.open(
        model,
        origin,
        "a model",
        Optional.empty(),
        Optional.empty(),
        Oversize.ERROR,
        Normalization.NONE,
        new MeasuredRuns(Optional.of(folder), PROCESSORS, heard::add));
  }

  /** All texts of a run are rounded with the largest scale, so a text beside "light" changes. */
  @Test
  void theTrialFindsRunsThatChangeAVector() {
    try (RunsTrial trial = RunsTrial.of(ModelFolder.read(model("tiny-int8")))) {
      assertTrue(trial.keepsVectors(Runs.usual(Arithmetic.DYNAMIC_INT8, 1)));
      assertFalse(trial.keepsVectors(new Runs(64, 1, 1)));
    }
  }
}
