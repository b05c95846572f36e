package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.BatchPipeline;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.pipeline.Split;
import dev.embedctl.pipeline.SplitSource;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.CheckedProvider;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.provider.pace.Budget;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.pace.PacedProvider;
import dev.embedctl.provider.pace.Pacer;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A model that reads four words at once; its whole run, under a budget, counts what it reads. */
final class TokenizedOnceTest {
  private static final List<String> SHORT = List.of("red", "green", "red", "red green blue .");
  private static final String LONG = "green red blue . green green";
  private static final String WINDOW = "green red blue .";
  private static final String LAST_WINDOW = "green green";

  private final Map<String, Integer> whole = new ConcurrentHashMap<>();
  private final Map<String, Integer> beginnings = new ConcurrentHashMap<>();
  private final Records.Sink sink = new Records.Sink();

  /** Counts how often it encodes each text. */
  private final class CountingTokenizer implements Tokenizer {
    private final Tokenizer tokenizer;

    CountingTokenizer(Path file) {
      this.tokenizer = Tokenizers.read(file);
    }

    @Override
    public int[] encode(String text) {
      whole.merge(text, 1, Integer::sum);
      return tokenizer.encode(text);
    }

    @Override
    public int[] encode(String text, int most) {
      beginnings.merge(text, 1, Integer::sum);
      return tokenizer.encode(text, most);
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }

  private EmbeddingProvider open(Oversize oversize) throws Exception {
    return LocalModelProvider.open(
        Path.of(getClass().getResource("/models/tiny").toURI()),
        ModelOrigin.USERS_OWN,
        "tiny",
        Optional.empty(),
        Optional.empty(),
        oversize,
        Normalization.NONE,
        CountingTokenizer::new,
        MeasuredRuns.none(2));
  }

  private void run(EmbeddingProvider provider, RecordSource source) throws InterruptedException {
    StopSignal stop = new StopSignal();
    PaceLimits limits =
        new PaceLimits(
            4,
            OptionalInt.empty(),
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10));
    EmbeddingProvider paced =
        new PacedProvider(
            new CheckedProvider(provider),
            new Pacer(limits, stop, System::nanoTime, new Random(1)),
            new Budget(1000, "a budget", stop),
            TokenMeter.of(provider),
            CallListener.none(),
            System::nanoTime);
    PipelineOptions options =
        new PipelineOptions(
            OnError.FAIL,
            OnMiss.CALL,
            4,
            10,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            64L << 20,
            2,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));
    new BatchPipeline(
            source, sink, new Records.Failures(), new MapCache(), paced, options, stop, event -> {})
        .run();
  }

  @Test
  void aTextIsTokenizedOnceFromItsCheckToItsVector() throws Exception {
    try (EmbeddingProvider provider = open(Oversize.ERROR)) {
      run(provider, Records.source(SHORT));
    }

    assertEquals(4, sink.written().size());
    assertEquals(Map.of("red", 1, "green", 1, "red green blue .", 1), whole);
    assertEquals(Map.of(), beginnings);
  }

  @Test
  void aTextThatIsCutIsTokenizedOnceAndItsBeginningOnce() throws Exception {
    try (EmbeddingProvider provider = open(Oversize.TRUNCATE)) {
      run(provider, Records.source(List.of("red", LONG)));
    }

    assertEquals(2, sink.written().size());
    assertEquals(Map.of("red", 1, LONG, 1), whole);
    assertEquals(Map.of(LONG, 1), beginnings);
  }

  @Test
  void aWindowIsTokenizedOnceAfterTheSearchForItsEnd() throws Exception {
    Map<String, Integer> expected = countsOfTheSearch();
    List.of("red", LONG, WINDOW, LAST_WINDOW)
        .forEach(text -> expected.merge(text, 1, Integer::sum));
    try (EmbeddingProvider provider = open(Oversize.AVERAGE)) {
      run(provider, Records.source(List.of("red", LONG)));
    }

    assertEquals(2, sink.written().size());
    assertEquals(expected, whole);
    assertEquals(Map.of(), beginnings);
  }

  @Test
  void aPieceIsTokenizedOnceAfterTheSearchForItsEnd() throws Exception {
    Map<String, Integer> expected = countsOfTheSearch();
    expected.merge("", 1, Integer::sum); // the tokens that the model adds to each text
    List.of(WINDOW, LAST_WINDOW).forEach(text -> expected.merge(text, 1, Integer::sum));
    try (EmbeddingProvider provider = open(Oversize.ERROR);
        RecordSource pieces = piecesOfLong(provider)) {
      run(provider, pieces);
    }

    assertEquals(2, sink.written().size());
    assertEquals(expected, whole);
    assertEquals(Map.of(), beginnings);
  }

  private static RecordSource piecesOfLong(EmbeddingProvider provider) {
    return new SplitSource(Records.source(List.of(LONG)), new Split(6, 0), provider);
  }

  /** How often each text is tokenized to find where windows or pieces end. */
  private Map<String, Integer> countsOfTheSearch() throws Exception {
    try (EmbeddingProvider provider = open(Oversize.ERROR);
        RecordSource pieces = piecesOfLong(provider)) {
      while (pieces.next().isPresent()) {}
    }
    Map<String, Integer> counts = new HashMap<>(whole);
    counts.remove("");
    whole.clear();
    return counts;
  }

  @Test
  void aRequestWhoseTextsWereNotCountedIsTokenizedOnce() throws Exception {
    try (EmbeddingProvider provider = open(Oversize.ERROR)) {
      provider.embed(SHORT);
    }

    assertEquals(Map.of("red", 2, "green", 1, "red green blue .", 1), whole, "once a place");
  }
}
