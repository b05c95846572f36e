package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a server refuses, and however often a text stands in the input: each distinct text that
 * it takes is paid for once, in one run and in the next.
 */
@Timeout(60)
final class PaidOnceTest {
  private final List<String> paid = Collections.synchronizedList(new ArrayList<>());

  @RepeatedTest(60)
  void eachDistinctTextThatIsTakenIsPaidForOnce(RepetitionInfo repetition)
      throws InterruptedException {
    Random random = new Random(repetition.getCurrentRepetition());
    int distinct = 1 + random.nextInt(200);
    List<String> texts =
        IntStream.range(0, random.nextInt(500))
            .mapToObj(i -> textOf(random.nextInt(distinct)))
            .toList();
    int stated = 1 + random.nextInt(40);
    int taken = 1 + random.nextInt(stated);
    ScriptedProvider provider =
        new ScriptedProvider(
            stated,
            sent -> {
              if (sent.size() > taken) {
                throw new Refused("more than " + taken + " texts in a batch");
              }
              if (sent.stream().anyMatch(PaidOnceTest::isRefused)) {
                throw new Refused("content not allowed");
              }
              paid.addAll(sent);
            });
    PipelineOptions options =
        new PipelineOptions(
            OnError.COLLECT,
            OnMiss.CALL,
            1 + random.nextInt(12),
            1 + random.nextInt(50),
            random.nextBoolean() ? OptionalInt.of(1 + random.nextInt(stated)) : OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            64L << 20,
            2,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));
    VectorCache cache = new MapCache();
    Set<String> wanted = new HashSet<>(texts);
    wanted.removeIf(PaidOnceTest::isRefused);

    for (int run = 0; run < 2; run++) {
      Records.Sink sink = new Records.Sink();
      Ending ending =
          new BatchPipeline(
                  Records.source(texts),
                  sink,
                  new Records.Failures(),
                  cache,
                  provider,
                  options,
                  new StopSignal(),
                  event -> {})
              .run();

      assertEquals(Ending.COMPLETED, ending);
      assertEquals(wanted.size(), paid.size(), "no text is paid for twice");
      assertEquals(wanted, new HashSet<>(paid));
      List<String> written = new ArrayList<>();
      for (Embedding each : sink.written()) {
        String text = texts.get((int) each.record().index());
        assertEquals(Vectors.of(text, ScriptedProvider.DIMENSIONS), each.vector());
        written.add(text);
      }
      assertEquals(texts.stream().filter(text -> !isRefused(text)).toList(), written);
      assertTrue(sink.committed());
    }
  }

  /** A few texts, far apart, that the server refuses for what they say. */
  private static String textOf(int number) {
    return (number % 37 == 5 ? "refused " : "text ") + number;
  }

  private static boolean isRefused(String text) {
    return text.startsWith("refused");
  }
}
