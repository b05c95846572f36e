package dev.embedctl.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.jobs.AsyncLane.Ending;
import dev.embedctl.jobs.LaneOptions.Finish;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.jobs.LineResult;
import dev.embedctl.testing.FakeBatches;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is compared in calls before the vectors of jobs are stored. */
final class ComparisonsTest {
  @TempDir Path folder;

  private final OldCache cache = new OldCache();
  private LaneBench bench;

  /** A cache whose first vectors are some days old. */
  private static final class OldCache extends MapCache {
    private final Map<CacheKey, Vector> old = new HashMap<>();
    private Runnable onLookup = () -> {};

    @Override
    public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
      onLookup.run();
      return super.lookup(keys);
    }

    void storeOld(String text, Vector vector) throws IOException {
      CacheKey key = new CacheKeys(new ScriptedProvider(1, asked -> {}).spec()).keyOf(text);
      old.put(key, vector);
      store(Map.of(key, vector));
    }

    @Override
    public boolean beganBefore(Instant time) {
      return !old.isEmpty();
    }

    @Override
    public Optional<CacheKey> firstStoredBefore(Instant time, List<CacheKey> keys) {
      return keys.stream().filter(old::containsKey).findFirst();
    }
  }

  @BeforeEach
  void aLaneWithAnOldCache() {
    bench = new LaneBench(folder, cache);
    bench.texts = IntStream.range(0, 250).mapToObj(i -> "text " + i).toList();
    bench.leastCosine = OptionalDouble.of(0.999);
  }

  private static Vector usual(String text) {
    return Vectors.of(text, ScriptedProvider.DIMENSIONS);
  }

  private static Vector other(String text) {
    return Vectors.of("another model: " + text, ScriptedProvider.DIMENSIONS);
  }

  @Test
  void anOldVectorThatAgreesIsComparedOnceForEachJob() throws Exception {
    cache.storeOld("text 249", usual("text 249"));
    bench.provider.limits = FakeBatches.limits(1, 1000, 1_000_000, OptionalLong.empty());
    assertEquals(Ending.DONE, bench.run());
    assertEquals(3, bench.provider.created());
    assertEquals(List.of("text 249", "text 249", "text 249"), bench.calls.sent());
    assertEquals(250, cache.size());
  }

  @Test
  void vectorsOfAnotherModelThanTheOldOnesStayAtTheProvider() throws Exception {
    cache.storeOld("text 200", other("text 200"));
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(
        failure.getMessage().contains("makes another vector of a text than in an earlier run")
            && failure.getMessage().contains("less than `min-cosine` 0.999"),
        failure.getMessage());
    assertEquals(1, cache.size(), "nothing is stored");
    assertFalse(bench.provider.steps().contains("results"));
    assertEquals(1, bench.provider.files());

    cache.storeOld("text 200", usual("text 200")); // the right model again
    assertEquals(Ending.DONE, bench.run());
    assertEquals(1, bench.provider.created(), "nothing is paid for twice");
    assertEquals(250, cache.size());
  }

  @Test
  void aTextThatIsRefusedInACallIsNotCompared() throws Exception {
    cache.storeOld("text 1", other("text 1"));
    cache.storeOld("text 210", usual("text 210"));
    bench.callScript =
        texts -> {
          if (texts.contains("text 1")) {
            throw new Refused("not this one");
          }
        };
    assertEquals(Ending.DONE, bench.run());
    assertEquals(List.of("text 1", "text 210"), bench.calls.sent());
  }

  @Test
  void jobsAreKeptIfNothingCanBeCompared() throws Exception {
    cache.storeOld("text 1", usual("text 1"));
    bench.callScript =
        texts -> {
          throw new Transient("no reply", Transient.Kind.NO_REPLY, Optional.empty(), null);
        };
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(failure.getMessage().contains("the jobs are kept"), failure.getMessage());
    assertEquals(1, cache.size());
    bench.callScript = texts -> {};
    assertEquals(Ending.DONE, bench.run());
    assertEquals(1, bench.provider.created());
  }

  @Test
  void aCallThatTakesLongerThanTheWaitIsLeftToTheNextRun() throws Exception {
    cache.storeOld("text 1", usual("text 1"));
    bench.wait = Optional.of(Duration.ofMinutes(10));
    bench.callsTakeTooLong = true;
    assertEquals(Ending.PENDING, bench.run());
    assertEquals(1, cache.size());
    assertTrue(
        bench.longestCalls.getFirst().compareTo(Duration.ofMinutes(9)) > 0,
        bench.longestCalls::toString);
    bench.callsTakeTooLong = false;
    bench.wait = Optional.of(Duration.ZERO);
    assertEquals(Ending.DONE, bench.run());
    assertEquals(Duration.ofSeconds(30), bench.longestCalls.getLast(), "the time of a call");
    assertEquals(1, bench.provider.created());
  }

  @Test
  void theLimitOfTokensLeavesEnoughForTheCallsThatProveResults() throws Exception {
    cache.storeOld("text 1", usual("text 1"));
    bench.provider.results =
        given -> given.stream().map(line -> doubted(line, Set.of(Doubt.ORDER))).toList();
    bench.limit = Optional.of(new TokenLimit(1000, "`max-tokens` 1000"));
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(
        failure.getMessage().contains("and a job of the next text could take up to"),
        failure.getMessage());
    List<String> jobs = bench.provider.submitted();
    assertTrue(jobs.size() > 100, "" + jobs.size());
    assertEquals(1 + jobs.size(), cache.size(), "all results are taken");
    assertTrue(bench.calls.sent().size() > 1);
    assertTrue(
        lengthOf(jobs) + 2 * lengthOf(bench.calls.sent()) <= 1000, "a token in a job costs half");
    assertEquals(
        lengthOf(jobs) + 2 * lengthOf(bench.calls.sent()),
        bench.figures.getLast().tokens(),
        "the calls are charged too");
  }

  private static long lengthOf(List<String> texts) {
    return texts.stream().mapToLong(String::length).sum();
  }

  @Test
  void aLimitThatIsTooLowForACallKeepsTheJobForAHigherOne() throws Exception {
    String old = "an old text that is much longer than the others".repeat(10);
    bench.texts = List.of("text 1", "text 2", old);
    cache.storeOld(old, usual(old));
    bench.limit = Optional.of(new TokenLimit(100, "`max-tokens` 100"));
    try (AsyncLane lane = bench.open()) {
      RunFailed failure = assertThrows(RunFailed.class, lane::run);
      assertEquals(
          "job job-1: `max-tokens` 100 ends the run: jobs take most of it, and the rest is too"
              + " little for a call; set a higher limit; the job is kept, and its results stay at"
              + " the provider",
          failure.getMessage());
      assertEquals(Optional.of("job-1"), lane.untaken());
    }
    assertEquals(List.of(), bench.calls.sent());
    bench.limit = Optional.of(new TokenLimit(2000, "`max-tokens` 2000"));
    assertEquals(Ending.DONE, bench.run());
    assertEquals(List.of(old), bench.calls.sent());
    assertEquals(1, bench.provider.created());
  }

  @Test
  void anOldVectorOfAShorterTextIsComparedIfTheLimitIsTooLowForTheFirst() throws Exception {
    String old = "an old text that is much longer than the others".repeat(10);
    bench.texts =
        IntStream.rangeClosed(1, 203)
            .mapToObj(i -> i == 1 ? old : i == 203 ? "text" : "text " + i % 2)
            .toList(); // the old ones stand in two chunks
    cache.storeOld(old, other(old));
    cache.storeOld("text", usual("text"));
    bench.limit = Optional.of(new TokenLimit(100, "`max-tokens` 100"));
    assertEquals(Ending.DONE, bench.run());
    assertEquals(List.of("text"), bench.calls.sent());
  }

  @Test
  void nothingIsComparedIfTheInputHasNoOldVector() throws Exception {
    cache.storeOld("not in the input", other("not in the input"));
    assertEquals(Ending.DONE, bench.run());
    assertEquals(List.of(), bench.calls.sent());
  }

  @Test
  void nothingIsComparedWithoutALeastCosine() throws Exception {
    cache.storeOld("text 1", other("text 1"));
    bench.leastCosine = OptionalDouble.empty();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(List.of(), bench.calls.sent());
  }

  @Test
  void textsThatArePaidInCallsAreNotMixedWithOldVectorsOfAnotherModel() throws Exception {
    bench.finish = Finish.SYNC;
    bench.provider.ending = number -> new JobState.Failed(broken());
    bench.provider.linesDone = number -> 0;
    cache.storeOld("text 1", other("text 1"));
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(failure.getMessage().contains("makes another vector"), failure.getMessage());
    assertEquals(List.of("text 1"), bench.calls.sent());
    assertEquals(1, cache.size());
  }

  private static ProviderException broken() {
    return new Transient("broken", Transient.Kind.SERVER_ERROR, Optional.empty(), null);
  }

  /** The results of jobs, each with doubts. */
  private static LineResult doubted(LineResult given, Set<Doubt> doubts) {
    LineResult.Embedded embedded = (LineResult.Embedded) given;
    return new LineResult.Embedded(embedded.line(), embedded.embeddings().doubting(doubts));
  }

  private static LineResult reversed(LineResult given) {
    LineResult.Embedded embedded = (LineResult.Embedded) given;
    Embeddings in = embedded.embeddings();
    return new LineResult.Embedded(
        embedded.line(), new Embeddings(in.vectors().reversed(), in.tokens()));
  }

  @Test
  void anOrderThatIsInDoubtIsProvenByOneText() throws Exception {
    bench.provider.results =
        given -> given.stream().map(line -> doubted(line, Set.of(Doubt.ORDER))).toList();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(List.of("text 99"), bench.calls.sent(), "the last text of the first line");
    assertEquals(1, bench.provider.created());
    assertEquals(250, bench.output.written().size());
  }

  @Test
  void vectorsInAnotherOrderStayAtTheProvider() {
    bench.provider.results =
        given -> given.stream().map(line -> doubted(reversed(line), Set.of(Doubt.ORDER))).toList();
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(
        failure.getMessage().contains("so the order of vectors is unknown"), failure.getMessage());
    assertEquals(0, cache.size());
    assertEquals(1, bench.provider.files());
    assertTrue(bench.events.stream().noneMatch(JournalEvent.Ended.class::isInstance));
  }

  @Test
  void anEncodingThatIsInDoubtIsProvenOnceForACache() throws Exception {
    bench.provider.results =
        given -> given.stream().map(line -> doubted(line, Set.of(Doubt.ENCODING))).toList();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(1, bench.calls.sent().size());
    assertTrue(cache.knowsEncoding());
    bench.texts = List.of("one more");
    assertEquals(Ending.DONE, bench.run());
    assertEquals(1, bench.calls.sent().size());
  }

  @Test
  void vectorsOfAWrongEncodingStayAtTheProvider() {
    bench.provider.results =
        given ->
            given.stream().map(line -> doubted(reversed(line), Set.of(Doubt.ENCODING))).toList();
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(failure.getMessage().contains("in base64 differ"), failure.getMessage());
    assertEquals(0, cache.size());
    assertEquals(1, bench.provider.files());
  }

  @Test
  void anEarlierTextOfTheLineIsComparedIfTheInputHasItsLastOneNoMore() throws Exception {
    bench.wait = Optional.of(Duration.ZERO);
    assertEquals(Ending.PENDING, bench.run());
    bench.wait = Optional.empty();
    bench.texts = bench.texts.subList(0, 50);
    bench.provider.results =
        given -> given.stream().map(line -> doubted(line, Set.of(Doubt.ORDER))).toList();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(List.of("text 49"), bench.calls.sent());
  }

  @Test
  void aRunThatIsStoppedWhileItLooksForAnOldVectorLeavesTheResultsAtTheProvider() throws Exception {
    cache.storeOld("not in the input", usual("not in the input"));
    bench.provider.after =
        step -> {
          if (step.equals("poll")) {
            cache.onLookup = bench.stop::raise;
          }
        };
    assertEquals(Ending.INTERRUPTED, bench.run());
    assertFalse(bench.provider.steps().contains("results"));
    assertEquals(1, bench.provider.files());
  }

  @Test
  void aRunThatIsStoppedWhileItLooksForTheTextOfALineMakesNoCall() throws Exception {
    bench.provider.results =
        given -> given.stream().map(line -> doubted(line, Set.of(Doubt.ORDER))).toList();
    bench.provider.after =
        step -> {
          if (step.equals("results")) {
            cache.onLookup = bench.stop::raise;
          }
        };
    assertEquals(Ending.INTERRUPTED, bench.run());
    assertEquals(List.of(), bench.calls.sent());
    assertEquals(0, cache.size());
  }

  /** A cache whose disk is full after some stores. */
  private static final class FullDisk extends MapCache {
    private int storesLeft = 1;

    @Override
    public void store(Map<CacheKey, Vector> vectors) throws IOException {
      if (storesLeft == 0) {
        throw new IOException("No space left on device");
      }
      storesLeft--;
      super.store(vectors);
    }
  }

  @Test
  void resultsThatWereStoredInPartAreProvenByTheNextRunToo() throws Exception {
    FullDisk disk = new FullDisk();
    LaneBench lane = new LaneBench(folder, disk);
    lane.texts = bench.texts;
    lane.provider.results =
        given -> given.stream().map(line -> doubted(line, Set.of(Doubt.ORDER))).toList();
    RunFailed failure = assertThrows(RunFailed.class, lane::run);
    assertTrue(failure.getMessage().contains("No space left"), failure.getMessage());
    assertEquals(100, disk.size(), "the first line");

    disk.storesLeft = Integer.MAX_VALUE;
    assertEquals(Ending.DONE, lane.run());
    assertEquals(List.of("text 99", "text 99"), lane.calls.sent());
    assertEquals(1, lane.provider.created());
    assertEquals(250, disk.size());
  }

  @Test
  void aJobWithoutATextOfTheInputToCompareIsKeptUntilItIsGivenUp() throws Exception {
    bench.wait = Optional.of(Duration.ZERO);
    assertEquals(Ending.PENDING, bench.run());
    bench.wait = Optional.empty();
    List<String> earlier = bench.texts;
    bench.texts = List.of("another text");
    bench.provider.results =
        given -> given.stream().map(line -> doubted(line, Set.of(Doubt.ORDER))).toList();
    try (AsyncLane lane = bench.open()) {
      RunFailed failure = assertThrows(RunFailed.class, lane::run);
      assertEquals(
          "job job-1: its results do not prove the order or the encoding of vectors, and the input"
              + " has none of their texts any more to compare; use the earlier input; the job is"
              + " kept, and its results stay at the provider",
          failure.getMessage());
      assertEquals(Optional.of("job-1"), lane.untaken());
    }
    bench.texts = earlier;
    assertEquals(Ending.DONE, bench.run());
    assertEquals(1, bench.provider.created());
  }
}
