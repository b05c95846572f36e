package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What counts as a failed text: a record, however many windows it has and whoever shares its text.
 * Texts of more than ten characters are cut into windows here, and one is sent at a time.
 */
@Timeout(60)
final class ErrorTallyTest {
  private final Records.Sink sink = new Records.Sink();
  private final Records.Failures failures = new Records.Failures();
  private final MapCache cache = new MapCache();

  /** Runs texts of which the provider refuses all that contain "bad". */
  private void run(ErrorLimit limit, List<String> texts) throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(
            new ProviderLimits(1, OptionalInt.of(10), OptionalInt.empty()),
            Oversize.AVERAGE,
            sent -> {
              if (sent.getFirst().contains("bad")) {
                throw new Refused("no " + sent.getFirst());
              }
            });
    new BatchPipeline(
            Records.source(texts),
            sink,
            failures,
            cache,
            provider,
            new PipelineOptions(
                OnError.COLLECT,
                OnMiss.CALL,
                1,
                100,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.of(limit),
                64L << 20,
                2,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5)),
            new StopSignal(),
            event -> {})
        .run();
  }

  private static String windows(String word, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "%s %05d".formatted(word, i))
        .collect(Collectors.joining(" "));
  }

  private static void assertEndedBy(String beginning, RunFailed failure) {
    assertTrue(failure.getMessage().startsWith(beginning), failure.getMessage());
  }

  @Test
  void aLongTextWhoseWindowsFailIsOneFailedText() throws InterruptedException {
    run(new ErrorLimit.Count(1), List.of("fine", windows("bad", 5), "good"));

    assertEquals(2, sink.written().size());
    assertEquals(1, failures.failures().size());
  }

  @Test
  void theWindowsOfOneTextAreNotEnoughTextsForAShare() throws InterruptedException {
    String every = windows("bad 00000 fine", 100); // each second window fails
    run(new ErrorLimit.Percent(10), List.of("fine", every, "good"));

    assertEquals(2, sink.written().size());
    assertEquals(1, failures.failures().size());
  }

  @Test
  void theGoodWindowsOfALongTextDoNotLowerTheShare() {
    List<String> texts =
        IntStream.range(0, 102)
            .mapToObj(i -> i == 0 ? windows("fine", 500) : i <= 100 ? "t" + i : "bad")
            .collect(Collectors.toList());
    texts.add("bad too");

    // 2 of 103 texts are more than 1%, 2 of 603 windows and texts are not.
    RunFailed failure = assertThrows(RunFailed.class, () -> run(new ErrorLimit.Percent(1), texts));

    assertEndedBy("2 of the first 103 texts failed, more than `max-errors` 1%", failure);
  }

  @Test
  void textsOfTheCacheLowerTheShare() throws InterruptedException {
    List<String> cached = IntStream.range(0, 200).mapToObj(i -> "t" + i).toList();
    run(new ErrorLimit.Percent(1), cached);

    Stream<String> fresh = IntStream.range(0, 100).mapToObj(i -> i < 98 ? "f" + i : "bad " + i);
    run(new ErrorLimit.Percent(1), Stream.concat(cached.stream(), fresh).toList());

    assertEquals(2, failures.failures().size()); // 2 of 300 texts, and of the 100 that were sent
  }

  @Test
  void aTextCountsWhenItsLastWindowIsThereThoughAnotherFailed() {
    RunFailed failure =
        assertThrows(
            RunFailed.class,
            () -> run(new ErrorLimit.Count(0), List.of("fine", "bad word, fine word")));

    assertEndedBy(
        "1 of the first 2 texts failed, more than `max-errors` 0, the last because window 1 of 2:"
            + " no bad word,",
        failure);
  }

  @Test
  void eachRecordThatSharesAFailedTextCounts() {
    RunFailed failure =
        assertThrows(
            RunFailed.class,
            () -> run(new ErrorLimit.Count(2), List.of("fine", "bad", "bad", "bad")));

    assertEndedBy("3 of the first 4 texts failed", failure);
  }

  @Test
  void asManyFailedRecordsAsAllowedEndNothing() throws InterruptedException {
    run(new ErrorLimit.Count(3), List.of("fine", "bad", "bad", "bad"));

    assertEquals(3, failures.failures().size());
  }
}
