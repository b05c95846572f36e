package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Failed;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineEvent.Averaged;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.ScriptedProvider.Script;
import dev.embedctl.testing.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Texts of more than ten characters are cut into windows here: a character is a token. */
@Timeout(60)
final class AveragedTextsTest {
  private static final Script ANSWERS = texts -> {};

  private final Records.Sink sink = new Records.Sink();
  private final Records.Failures failures = new Records.Failures();
  private final List<PipelineEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final VectorCache cache = new MapCache();
  private int chunkSize = 10;

  private static ScriptedProvider provider(Oversize oversize, Script script) {
    return new ScriptedProvider(
        new ProviderLimits(5, OptionalInt.of(10), OptionalInt.empty()), oversize, script);
  }

  private PipelineOptions options(OnError onError, OnMiss onMiss) {
    return new PipelineOptions(
        onError,
        onMiss,
        4,
        chunkSize,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        64L << 20,
        2,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  private void run(OnError onError, OnMiss onMiss, ScriptedProvider provider, String... texts)
      throws InterruptedException {
    new BatchPipeline(
            Records.source(List.of(texts)),
            sink,
            failures,
            cache,
            provider,
            options(onError, onMiss),
            new StopSignal(),
            events::add)
        .run();
  }

  private ScriptedProvider run(String... texts) throws InterruptedException {
    ScriptedProvider provider = provider(Oversize.AVERAGE, ANSWERS);
    run(OnError.FAIL, OnMiss.CALL, provider, texts);
    return provider;
  }

  /** The mean of windows' vectors, weighted by their characters, of length 1. */
  private static double[] mean(String... windows) {
    double[] sum = new double[ScriptedProvider.DIMENSIONS];
    for (String window : windows) {
      Vector vector = Vectors.of(window, sum.length);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += window.length() * vector.at(i);
      }
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= Math.sqrt(squares);
    }
    return sum;
  }

  private static void assertMean(Embedding embedding, String... windows) {
    assertEquals(windows.length, embedding.parts());
    double[] expected = mean(windows);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], embedding.vector().at(i), 1e-6);
    }
  }

  private List<Averaged> averaged() {
    return events.stream()
        .filter(ChunkWritten.class::isInstance)
        .map(event -> ((ChunkWritten) event).averaged())
        .toList();
  }

  @Test
  void aLongTextGetsTheMeanOfItsWindowsByTokens() throws InterruptedException {
    ScriptedProvider provider = run("short", "one two three fifty", "0123456789");

    assertEquals(
        List.of("0123456789", "fifty", "one two", "short", "three"),
        provider.sent().stream().sorted().toList());
    assertEquals(Vectors.of("short", 8), sink.written().get(0).vector());
    assertEquals(1, sink.written().get(0).parts());
    assertMean(sink.written().get(1), "one two", "three", "fifty");
    assertInstanceOf(Outcome.Fresh.class, sink.written().get(1));
    assertEquals(1, sink.written().get(2).parts(), "it is not over the limit");
    assertEquals(List.of(new Averaged(1, 3, 3)), averaged());
  }

  @Test
  void aWindowIsPaidOnceWhereverItStands() throws InterruptedException {
    ScriptedProvider provider =
        run("three", "one two three fifty", "one two three fifty", "one two one two");

    assertEquals(List.of("fifty", "one two", "three"), provider.sent().stream().sorted().toList());
    assertMean(sink.written().get(1), "one two", "three", "fifty");
    assertMean(sink.written().get(2), "one two", "three", "fifty");
    assertMean(sink.written().get(3), "one two", "one two");
    assertEquals(List.of(new Averaged(3, 8, 2)), averaged());
  }

  @Test
  void windowsAreKeptAsTextsOfTheirOwn() throws InterruptedException {
    run("one two three fifty");
    Embedding first = sink.written().get(0);

    ScriptedProvider second = provider(Oversize.ERROR, ANSWERS);
    run(OnError.FAIL, OnMiss.FAIL, second, "three", "one two");
    ScriptedProvider third = provider(Oversize.AVERAGE, ANSWERS);
    run(OnError.FAIL, OnMiss.FAIL, third, "one two three fifty");

    assertEquals(List.of(), second.requests());
    assertEquals(List.of(), third.requests());
    Embedding again = sink.written().get(3);
    assertInstanceOf(Outcome.Hit.class, again, "all windows are in the cache");
    assertEquals(first.vector(), again.vector(), "to the last bit");
    assertEquals(3, again.parts());
  }

  @Test
  void aMissingWindowIsACacheMissOfItsText() throws InterruptedException {
    run("one two", "three");

    run(
        OnError.COLLECT,
        OnMiss.FAIL,
        provider(Oversize.AVERAGE, ANSWERS),
        "one two three fifty",
        "three");

    Failed failed = failures.failures().get(0);
    assertEquals(0, failed.record().index());
    assertEquals(FailureCode.CACHE_MISS, failed.failure().code());
    assertTrue(failed.failure().message().startsWith("window 3 of 3: the text is not in the"));
    assertEquals(1, failures.failures().size());
  }

  @Test
  void aWindowThatIsRefusedFailsItsTextAlone() throws InterruptedException {
    ScriptedProvider provider =
        provider(
            Oversize.AVERAGE,
            texts -> {
              if (texts.contains("three")) {
                throw new Refused("no three");
              }
            });

    run(OnError.COLLECT, OnMiss.CALL, provider, "one two four", "one two three fifty", "five");

    assertEquals(List.of(0L, 2L), sink.written().stream().map(e -> e.record().index()).toList());
    Failed failed = failures.failures().get(0);
    assertEquals(1, failed.record().index());
    assertEquals(FailureCode.REFUSED, failed.failure().code());
    assertEquals("window 2 of 3: no three", failed.failure().message());
  }

  @Test
  void refusedWindowsOfOneTextCountAsOneTextAndDoNotEndTheRun() throws InterruptedException {
    ScriptedProvider provider =
        provider(
            Oversize.AVERAGE,
            texts -> {
              if (texts.stream().anyMatch(text -> text.startsWith("bad"))) {
                throw new Refused("content not allowed");
              }
            });
    String bad =
        IntStream.range(1000, 1040).mapToObj(i -> "bad" + i).collect(Collectors.joining(" ")) + " ";

    run(OnError.COLLECT, OnMiss.CALL, provider, "a", "b", "c", "d", "e", bad, bad + bad, "f");

    assertEquals(
        List.of(5L, 6L), failures.failures().stream().map(f -> f.record().index()).toList());
    assertEquals(6, sink.written().size());
  }

  @Test
  void aRunThatStopsAtAWindowNamesTheLineOfItsText() {
    ScriptedProvider provider =
        provider(
            Oversize.AVERAGE,
            texts -> {
              if (texts.contains("three")) {
                throw new Refused("no three");
              }
            });

    RunFailed failure =
        assertThrows(
            RunFailed.class,
            () -> run(OnError.FAIL, OnMiss.CALL, provider, "zero", "one two three fifty"));

    assertTrue(failure.getMessage().startsWith("input:2: no vector: no three"));
  }

  @Test
  void aTextIsTooLongWhereThePromptLeavesNoRoom() {
    ScriptedProvider provider =
        new ScriptedProvider(
            new ProviderLimits(5, OptionalInt.of(1), OptionalInt.empty()),
            Oversize.AVERAGE,
            ANSWERS);

    InvalidInput failure =
        assertThrows(
            InvalidInput.class, () -> run(OnError.FAIL, OnMiss.CALL, provider, "\uD83D\uDE00"));

    assertTrue(failure.getMessage().startsWith("input:1: the model takes 1 tokens, and"));
  }

  @Test
  void whiteSpaceAroundALongTextIsNoWindow() throws InterruptedException {
    ScriptedProvider provider = run("  \n\n one two                      \n   three \n\n  ");

    assertEquals(List.of("one two", "three"), provider.sent().stream().sorted().toList());
  }

  @RepeatedTest(20)
  void anyMixOfTextsEndsAsItWouldOneByOne(RepetitionInfo repetition) throws InterruptedException {
    Random random = new Random(repetition.getCurrentRepetition());
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String text = "";
      for (int words = 1 + random.nextInt(6); words > 0; words--) {
        text += "w" + random.nextInt(40) + " ";
      }
      texts.add(text.strip());
    }
    chunkSize = 1 + random.nextInt(60);
    ScriptedProvider provider =
        provider(Oversize.AVERAGE, sent -> TimeUnit.MICROSECONDS.sleep(random.nextInt(1000)));

    run(OnError.FAIL, OnMiss.CALL, provider, texts.toArray(String[]::new));

    assertEquals(new HashSet<>(provider.sent()).size(), provider.sent().size(), "paid once");
    assertEquals(texts.size(), sink.written().size());
    for (Embedding embedding : sink.written()) {
      String text = texts.get((int) embedding.record().index());
      if (text.length() <= 10) {
        assertEquals(Vectors.of(text, ScriptedProvider.DIMENSIONS), embedding.vector());
      } else {
        assertTrue(embedding.parts() > 1 && embedding.vector().defect().isEmpty());
      }
    }
  }

  @Test
  void aDryRunCountsTheWindows() throws InterruptedException {
    run("fifty");
    ScriptedProvider provider = provider(Oversize.AVERAGE, ANSWERS);

    Findings found = dryRun(provider, OnMiss.CALL);

    assertEquals(4, found.records());
    assertEquals(3, found.textsToEmbed(), "one two, three, five");
    assertEquals(Tokens.counted(7 + 5 + 4), found.tokens());
    assertEquals(1, found.duplicates(), "the same long text again");
    assertEquals(1, found.cacheHits());
    assertEquals(2, found.averaged());
    assertEquals(6, found.windows());
    assertEquals(3, dryRun(provider, OnMiss.FAIL).notCached());
  }

  private Findings dryRun(ScriptedProvider provider, OnMiss onMiss) {
    return new DryRun(
            Records.source(List.of("one two three fifty", "five", "one two three fifty", "fifty")),
            cache,
            provider,
            TokenMeter.of(provider),
            OptionalLong.empty(),
            options(OnError.FAIL, onMiss),
            invalid -> {})
        .run();
  }
}
