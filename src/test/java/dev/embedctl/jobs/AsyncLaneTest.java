package dev.embedctl.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.jobs.AsyncLane.Ending;
import dev.embedctl.jobs.LaneOptions.Finish;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.BatchPipeline;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.jobs.LineResult;
import dev.embedctl.testing.FakeBatches;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.Vectors;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AsyncLaneTest {
  /** The most that two calls of the longest text cost, in tokens of jobs, which cost half. */
  private static final int CALLS_OF_A_JOB = 2 * 2 * "text 249".length();

  @TempDir Path folder;

  private LaneBench bench;

  @BeforeEach
  void aLaneOverSomeTexts() {
    bench = new LaneBench(folder);
    bench.texts = texts(250);
  }

  private static List<String> texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> "text " + i).toList();
  }

  /** The output of a run in calls, over an empty cache. */
  private List<String> synchronous(MapCache cache) throws InterruptedException {
    LaneBench other = new LaneBench(folder, cache);
    new BatchPipeline(
            Records.source(bench.texts),
            other.output,
            other.failures,
            cache,
            new ScriptedProvider(100, asked -> {}),
            new PipelineOptions(
                OnError.FAIL,
                OnMiss.CALL,
                4,
                100,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                1 << 26,
                1,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5)),
            new StopSignal(),
            event -> {})
        .run();
    return other.written();
  }

  private void assertEachTextWasSubmittedOnce() {
    List<String> submitted = bench.provider.submitted();
    assertEquals(submitted.size(), new HashSet<>(submitted).size(), "no text twice");
    assertEquals(new HashSet<>(bench.texts), new HashSet<>(submitted));
  }

  @Test
  void oneJobGivesTheOutputOfARunInCalls() throws InterruptedException {
    assertEquals(Ending.DONE, bench.run());
    assertEquals(synchronous(new MapCache()), bench.written());
    assertTrue(bench.output.committed());
    assertEquals(1, bench.provider.created());
    assertEachTextWasSubmittedOnce();
    assertEquals(List.of(), bench.calls.requests());
  }

  @Test
  void afterwardsNothingIsLeftHereOrAtTheProvider() throws Exception {
    bench.run();
    assertEquals(0, bench.provider.files());
    try (Stream<Path> left = Files.list(folder.resolve("jobs"))) {
      assertEquals(List.of(), left.filter(Files::isDirectory).toList());
    }
  }

  @Test
  void vectorsAreForcedBeforeTheirJobHasEndedAndItsResultsAreDeleted() throws Exception {
    List<String> steps = new ArrayList<>();
    MapCache cache =
        new MapCache() {
          @Override
          public void store(Map<CacheKey, Vector> bought) throws IOException {
            steps.add("store");
            super.store(bought);
          }

          @Override
          public void force() {
            steps.add("force");
          }
        };
    LaneBench forced = new LaneBench(folder, cache);
    forced.texts = texts(90);
    forced.onAppended =
        event -> {
          if (event instanceof JournalEvent.Ended) {
            steps.add("end");
          }
        };
    forced.provider.before =
        step -> {
          if (step.equals("delete")) {
            steps.add(step);
          }
        };
    forced.run();
    assertEquals(List.of("store", "force", "end", "delete"), steps);
  }

  @Test
  void theFilesOfAJobAreForcedBeforeTheJournalHasItAndItsMarksBeforeItHasEnded() throws Exception {
    WatchedDisk disk = new WatchedDisk();
    bench.disk = disk;
    bench.onError = OnError.COLLECT;
    bench.texts = List.of("one text");
    bench.provider.refusal = texts -> Optional.of(new Refused("bad"));
    bench.onAppended = event -> disk.steps.add(event.getClass().getSimpleName());
    bench.run();
    assertEquals(
        List.of(
            "Opened",
            "force job-1.jsonl",
            "force job-1.keys",
            "force names",
            "Prepared",
            "Uploaded",
            "Creating",
            "Created",
            "force reasons",
            "force names",
            "force marks in failed",
            "force marks in paid",
            "Ended"),
        disk.steps.subList(0, disk.steps.indexOf("Ended") + 1));
  }

  /** A disk that lists what is forced, with marks in memory. */
  private static final class WatchedDisk implements LaneDisk {
    private final List<String> steps = new ArrayList<>();

    @Override
    public void force(Path file, FileDescriptor open) {
      steps.add("force " + file.getFileName());
    }

    @Override
    public void forceFolder(Path forced) {
      steps.add("force names");
    }

    @Override
    public VectorCache marks(Path marked, int numbers) {
      try {
        Files.createDirectories(marked);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new MapCache() {
        @Override
        public void force() {
          steps.add("force marks in " + marked.getFileName());
        }
      };
    }
  }

  @Test
  void textsInTheCacheAreNeitherSubmittedNorCountedAsBought() throws Exception {
    MapCache cache = new MapCache();
    CacheKeys keys = new CacheKeys(bench.calls.spec());
    for (String text : bench.texts.subList(10, 60)) {
      cache.store(Map.of(keys.keyOf(text), Vectors.of(text, ScriptedProvider.DIMENSIONS)));
    }
    LaneBench mixed = new LaneBench(folder, cache);
    mixed.texts = bench.texts;
    mixed.run();
    assertEquals(200, mixed.provider.submitted().size());
    MapCache alike = new MapCache();
    for (String text : bench.texts.subList(10, 60)) {
      alike.store(Map.of(keys.keyOf(text), Vectors.of(text, ScriptedProvider.DIMENSIONS)));
    }
    assertEquals(synchronous(alike), mixed.written());
  }

  @Test
  void aTextThatStandsTwiceIsSubmittedOnce() throws InterruptedException {
    bench.texts =
        Stream.concat(texts(250).stream(), Stream.of("text 3", "text 3", "text 249")).toList();
    bench.provider.limits = FakeBatches.limits(10, 90, 1_000_000, OptionalLong.empty());
    bench.run();
    assertEachTextWasSubmittedOnce();
    assertEquals(253, bench.output.written().size());
  }

  @Test
  void jobsAreWithinAllLimits() throws InterruptedException {
    bench.provider.limits = FakeBatches.limits(3, 1000, 1_000_000, OptionalLong.empty());
    bench.run();
    assertEquals(1, bench.provider.created()); // 250 texts are three lines of up to 100
    assertEachTextWasSubmittedOnce();
  }

  @Test
  void aJobHasNoMoreTextsThanTheProviderTakes() throws InterruptedException {
    bench.provider.limits = FakeBatches.limits(1000, 120, 1_000_000, OptionalLong.empty());
    bench.run();
    assertEquals(
        List.of(120, 120, 10),
        bench.provider.jobs().stream()
            .map(job -> job.stream().mapToInt(List::size).sum())
            .toList());
  }

  @Test
  void aJobsFileIsNoLargerThanTheProviderTakes() throws InterruptedException {
    bench.provider.limits = FakeBatches.limits(1000, 1000, 1000, OptionalLong.empty());
    bench.run();
    assertEquals(3, bench.provider.created()); // a line of 100 texts has about 900 bytes
    assertEachTextWasSubmittedOnce();
  }

  @Test
  void jobsInFlightStayWithinTheQuotaOfTokens() throws InterruptedException {
    bench.provider.limits = FakeBatches.limits(1000, 1000, 1_000_000, OptionalLong.of(500));
    bench.run();
    assertEachTextWasSubmittedOnce();
    assertTrue(bench.provider.created() > 3);
    assertTrue(
        bench.figures.stream()
            .allMatch(figures -> figures.reserved() <= 500 + figures.pending() * CALLS_OF_A_JOB));
  }

  @Test
  void aQuotaThatIsNotKnownIsLearned() throws InterruptedException {
    bench.provider.limits = FakeBatches.limits(1, 1000, 1_000_000, OptionalLong.empty());
    // The third job comes on top of two others and is one too many.
    bench.provider.pollsUntilEnd = 2;
    bench.provider.ending =
        number ->
            number == 2
                ? new JobState.OverQuota(OptionalLong.empty(), "enqueued token limit reached")
                : new JobState.Completed();
    bench.run();
    assertEachTextWasSubmittedOnce();
    assertEquals(4, bench.provider.created());
    assertEquals(synchronous(new MapCache()), bench.written());
    assertTrue(bench.events.stream().anyMatch(JournalEvent.OverQuota.class::isInstance));
  }

  @Test
  void aJobAboveTheWholeQuotaIsMadeSmaller() throws InterruptedException {
    bench.provider.ending =
        number ->
            number == 0
                ? new JobState.OverQuota(OptionalLong.of(900), "Limit: 900 enqueued tokens")
                : new JobState.Completed();
    bench.run();
    assertEachTextWasSubmittedOnce();
    assertEquals(synchronous(new MapCache()), bench.written());
    assertTrue(bench.provider.created() > 2);
  }

  @Test
  void resultsAreJoinedByTheirIdsAndDoubledOnesCountOnce() throws InterruptedException {
    bench.provider.limits = FakeBatches.limits(1000, 1000, 1_000_000, OptionalLong.empty());
    bench.provider.results =
        given -> {
          List<LineResult> mixed = new ArrayList<>(given);
          mixed.addAll(given);
          Collections.shuffle(mixed, new Random(7));
          return mixed;
        };
    bench.run();
    assertEquals(synchronous(new MapCache()), bench.written());
    assertEquals(
        bench.texts.stream().mapToInt(String::length).sum(), bench.figures.getLast().tokens());
  }

  @Test
  void missingResultsAreSubmittedAgain() throws InterruptedException {
    bench.provider.results =
        given -> bench.provider.created() == 1 ? given.subList(0, given.size() - 1) : given;
    bench.run();
    assertEquals(synchronous(new MapCache()), bench.written());
    assertEquals(2, bench.provider.created());
    assertEquals(300, bench.provider.submitted().size());
  }

  @Test
  void resultsThatAreCutAreDownloadedAgain() throws InterruptedException {
    List<Integer> downloads = new ArrayList<>();
    bench.provider.results =
        given -> {
          downloads.add(given.size());
          if (downloads.size() > 1) {
            return given;
          }
          List<LineResult> cut = new ArrayList<>(given.subList(0, 1));
          cut.add(new LineResult.Damaged("cut"));
          return cut;
        };
    bench.run();
    assertEachTextWasSubmittedOnce();
    assertEquals(2, downloads.size());
  }

  @Test
  void resultsThatAreCutAtTheEndOfALineAreDownloadedAgain() throws InterruptedException {
    List<Integer> downloads = new ArrayList<>();
    bench.provider.results =
        given -> {
          downloads.add(given.size());
          return downloads.size() > 1 ? given : given.subList(0, 1);
        };
    bench.run();
    assertEachTextWasSubmittedOnce();
    assertEquals(2, downloads.size());
  }

  @Test
  void vectorsOfAnotherModelStayAtTheProviderForARunThatAllowsIt() throws InterruptedException {
    bench.provider.refusal =
        asked -> Optional.of(new Hopeless(Hopeless.Reason.MODEL_CHANGED, "another answers"));
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(failure.getMessage().contains("another answers"), failure.getMessage());
    assertEquals(1, bench.provider.files());
    bench.provider.refusal = asked -> Optional.empty();
    assertEquals(Ending.DONE, bench.run());
    assertEachTextWasSubmittedOnce();
  }

  @Test
  void vectorsOfOtherDimensionsThanTheModelHasStayAtTheProvider() {
    bench.dimensions = OptionalInt.of(ScriptedProvider.DIMENSIONS + 1);
    assertThrows(RunFailed.class, bench::run);
    assertEquals(1, bench.provider.files());
    assertTrue(bench.events.stream().noneMatch(JournalEvent.Ended.class::isInstance));
  }

  @Test
  void aJobThatIsGivenUpIsSubmittedAgainAndCountsWithTheMostThatItMayCost() throws Exception {
    bench.dimensions = OptionalInt.of(ScriptedProvider.DIMENSIONS + 1);
    try (AsyncLane lane = bench.open()) {
      RunFailed failure = assertThrows(RunFailed.class, lane::run);
      assertTrue(failure.getMessage().contains("the job is kept"), failure.getMessage());
      assertEquals(Optional.of("job-1"), lane.untaken());
      KnownJob known = KnownJob.in(folder).getFirst();
      assertThrows(RunFailed.class, () -> known.giveUp(folder, "test", bench.now()));
    }
    KnownJob.in(folder).getFirst().giveUp(folder, "test", bench.now());
    assertEquals("given up", KnownJob.in(folder).getFirst().state());
    bench.dimensions = OptionalInt.empty();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(2, bench.provider.created());
    assertEquals(0, bench.provider.files());
    assertEquals(synchronous(new MapCache()), bench.written());
    assertEquals(
        2L * bench.texts.stream().mapToInt(String::length).sum() + CALLS_OF_A_JOB,
        bench.figures.getLast().tokens());
  }

  @Test
  void theTextsOfAJobThatIsGivenUpAreSubmittedByTheNextRunWithOneAttemptToo() throws Exception {
    bench.attempts = 1;
    bench.wait = Optional.of(Duration.ZERO);
    assertEquals(Ending.PENDING, bench.run());
    KnownJob.in(folder).getFirst().giveUp(folder, "test", bench.now());
    bench.wait = Optional.empty();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(2, bench.provider.created());
    assertEquals(synchronous(new MapCache()), bench.written());
  }

  @Test
  void aJobBesideOneThatIsGivenUpIsTakenAsEver() throws Exception {
    bench.attempts = 1;
    bench.provider.limits = FakeBatches.limits(1000, 120, 1_000_000, OptionalLong.empty());
    bench.wait = Optional.of(Duration.ZERO);
    assertEquals(Ending.PENDING, bench.run());
    KnownJob.in(folder).getFirst().giveUp(folder, "test", bench.now());
    bench.wait = Optional.empty();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(4, bench.provider.created());
    assertEquals(250 + 120, bench.provider.submitted().size());
  }

  @Test
  void whatAnExpiredJobLeftOutIsSubmittedAgainAsOftenAsAttemptsAllow() throws InterruptedException {
    bench.provider.ending = number -> new JobState.Expired();
    bench.provider.linesDone = number -> number == 0 ? 1 : 0;
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertEquals(
        "input:N: no vector: its job ended before the text was embedded (expired) (after 3"
            + " attempts)",
        failure.getMessage().replaceFirst("input:[12]01:", "input:N:"));
    assertEquals(3, bench.provider.created());
    assertEquals(250 + 150 + 150, bench.provider.submitted().size());
  }

  @Test
  void whatAnExpiredJobLeftOutIsPaidAtFullPriceIfThatIsAsked() throws InterruptedException {
    bench.finish = Finish.SYNC;
    bench.provider.ending = number -> new JobState.Expired();
    bench.provider.linesDone = number -> 1;
    bench.run();
    assertEquals(1, bench.provider.created());
    assertEquals(150, bench.calls.sent().size());
    assertEquals(synchronous(new MapCache()), bench.written());
  }

  @Test
  void aTextThatTheProviderRefusesCostsOnlyItself() throws InterruptedException {
    bench.onError = OnError.COLLECT;
    bench.provider.refusal =
        texts ->
            texts.contains("text 120")
                ? Optional.of(new Refused("text 120 is bad"))
                : Optional.empty();
    bench.run();
    assertEquals(249, bench.output.written().size());
    assertEquals(
        List.of("text 120 is bad"),
        bench.failures.failures().stream().map(failed -> failed.failure().message()).toList());
    assertEquals(
        2, bench.failures.failures().getFirst().failure().attempts(), "with others, alone");
    assertEquals(2, bench.provider.created());
    assertTrue(bench.provider.jobs().get(1).stream().allMatch(line -> line.size() == 1));
  }

  @Test
  void theAttemptsOfATextAreItsJobsAndThenItsCalls() throws InterruptedException {
    bench.onError = OnError.COLLECT;
    bench.finish = Finish.SYNC;
    bench.provider.refusal =
        texts -> texts.contains("text 120") ? Optional.of(new Refused("bad")) : Optional.empty();
    bench.callScript =
        texts -> {
          if (texts.contains("text 120")) {
            throw new Refused("bad in calls too");
          }
        };
    bench.run();
    TextFailure failure = bench.failures.failures().getFirst().failure();
    assertEquals("bad in calls too", failure.message());
    assertEquals(2, failure.attempts());
  }

  @Test
  void attemptsThatARunFoundInItsJournalCountToo() throws InterruptedException {
    bench.onError = OnError.COLLECT;
    bench.provider.refusal =
        texts -> texts.contains("text 120") ? Optional.of(new Refused("bad")) : Optional.empty();
    bench.wait = Optional.of(Duration.ZERO);
    bench.provider.pollsUntilEnd = 2;
    while (bench.run() == Ending.PENDING) {
      bench.later(Duration.ofMinutes(30));
    }
    assertEquals(2, bench.provider.created());
    assertEquals(2, bench.failures.failures().getFirst().failure().attempts());
  }

  @Test
  void resultsThatAreTakenAgainAfterADeathAreTheSameAttempt() throws InterruptedException {
    List<String> forces = new ArrayList<>();
    MapCache dying =
        new MapCache() {
          @Override
          public void force() {
            forces.add("force");
            if (forces.size() == 1) {
              throw new AssertionError("the process dies");
            }
          }
        };
    LaneBench again = new LaneBench(folder, dying);
    again.texts = bench.texts;
    again.onError = OnError.COLLECT;
    again.provider.refusal =
        texts -> texts.contains("text 120") ? Optional.of(new Refused("bad")) : Optional.empty();
    assertThrows(AssertionError.class, again::run);
    assertEquals(Ending.DONE, again.run());
    assertEquals(2, again.failures.failures().getFirst().failure().attempts());
  }

  @Test
  void aRefusedTextIsIsolatedWithOneAttemptToo() throws InterruptedException {
    bench.onError = OnError.COLLECT;
    bench.attempts = 1;
    bench.provider.refusal =
        texts -> texts.contains("text 120") ? Optional.of(new Refused("bad")) : Optional.empty();
    bench.run();
    assertEquals(249, bench.output.written().size());
  }

  @Test
  void vectorsThatNoModelReturnsAreNotBelieved() throws InterruptedException {
    bench.provider.results =
        given ->
            bench.provider.created() > 1
                ? given
                : given.stream().map(AsyncLaneTest::withoutLastVector).toList();
    bench.run();
    assertEquals(synchronous(new MapCache()), bench.written());
    assertEquals(2, bench.provider.created());
  }

  private static LineResult withoutLastVector(LineResult result) {
    LineResult.Embedded embedded = (LineResult.Embedded) result;
    return new LineResult.Embedded(
        embedded.line(),
        new Embeddings(
            embedded.embeddings().vectors().subList(1, embedded.embeddings().vectors().size()),
            OptionalLong.empty()));
  }

  @Test
  void aFailureThatNoJobEscapesEndsTheRun() {
    bench.provider.ending =
        number -> new JobState.Failed(new Hopeless(Hopeless.Reason.MODEL, "no such model"));
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(failure.getMessage().contains("no such model"), failure.getMessage());
    assertEquals(1, bench.provider.created());
  }

  @Test
  void aJobThatThisKeyDoesNotShowIsKeptWhileItMayBeAlive() throws InterruptedException {
    bench.provider.ending = number -> new JobState.Forgotten("no such job");
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertTrue(failure.getMessage().contains("account and project"), failure.getMessage());
    bench.provider.ending = number -> new JobState.Completed();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(1, bench.provider.created());
  }

  @Test
  void aJobThatIsLostIsSubmittedAgainAfterItsTimeAndCountsAsCharged() throws Exception {
    bench.wait = Optional.of(Duration.ZERO);
    bench.provider.pollsUntilEnd = 2;
    assertEquals(Ending.PENDING, bench.run());
    bench.later(Duration.ofHours(24));
    bench.wait = Optional.empty();
    bench.provider.ending =
        number -> number == 0 ? new JobState.Forgotten("no such job") : new JobState.Completed();
    assertEquals(Ending.DONE, bench.run());
    assertEquals(2, bench.provider.created());
    assertEquals(synchronous(new MapCache()), bench.written());
    assertTheFirstJobCountsWithTheMostThatItMayCost();
  }

  @Test
  void aJobWhoseResultsAreGoneIsSubmittedAgainAndCountsAsCharged() throws Exception {
    bench.provider.resultsAreGone = number -> number == 0;
    assertEquals(Ending.DONE, bench.run());
    assertEquals(2, bench.provider.created());
    assertEquals(synchronous(new MapCache()), bench.written());
    assertTheFirstJobCountsWithTheMostThatItMayCost();
    assertEquals(1, bench.figures.getLast().completed());
  }

  private void assertTheFirstJobCountsWithTheMostThatItMayCost() {
    assertEquals(
        bench.events.stream()
            .filter(JournalEvent.Prepared.class::isInstance)
            .map(event -> ((JournalEvent.Prepared) event).most())
            .findFirst(),
        bench.events.stream()
            .filter(JournalEvent.Ended.class::isInstance)
            .map(event -> ((JournalEvent.Ended) event).tokens())
            .findFirst());
  }

  @Test
  void aLostReplyOfACreationIsFoundAgain() throws InterruptedException {
    List<String> lost = new ArrayList<>();
    bench.provider.after =
        step -> {
          if (step.equals("create") && lost.isEmpty()) {
            lost.add(step);
            throw FakeBatches.lostReply();
          }
        };
    bench.run();
    assertEquals(1, bench.provider.created());
    assertEachTextWasSubmittedOnce();
  }

  @Test
  void aJobOfAnEarlierRunOverTheSameFileIsNotTakenForOneThatWasNotCreated() throws Exception {
    bench.run();
    bench.texts = IntStream.range(0, 250).mapToObj(i -> "other text " + i).toList();
    List<String> lost = new ArrayList<>();
    bench.provider.before =
        step -> {
          if (step.equals("create") && lost.isEmpty()) {
            lost.add(step);
            throw FakeBatches.lostReply();
          }
        };
    assertEquals(Ending.DONE, bench.run());
    assertEquals(2, bench.provider.created());
    CacheKeys keys = new CacheKeys(bench.calls.spec());
    for (String text : bench.texts) {
      assertEquals(
          Map.of(keys.keyOf(text), Vectors.of(text, ScriptedProvider.DIMENSIONS)),
          bench.cache.lookup(List.of(keys.keyOf(text))));
    }
  }

  @Test
  void aCreationThatNeverArrivedIsRepeated() throws InterruptedException {
    List<String> lost = new ArrayList<>();
    bench.provider.before =
        step -> {
          if (step.equals("create") && lost.isEmpty()) {
            lost.add(step);
            throw FakeBatches.lostReply();
          }
        };
    bench.run();
    assertEquals(1, bench.provider.created());
  }

  @Test
  void theWaitEndsWithPendingJobsAndTheNextRunContinues() throws InterruptedException {
    bench.provider.pollsUntilEnd = 40;
    bench.wait = Optional.of(Duration.ofSeconds(10));
    assertEquals(Ending.PENDING, bench.run());
    assertEquals(1, bench.figures.getLast().pending());
    bench.wait = Optional.empty();
    assertEquals(Ending.DONE, bench.run());
    assertEachTextWasSubmittedOnce();
    assertEquals(synchronous(new MapCache()), bench.written());
  }

  @Test
  void aWaitOfNoTimeOnlySubmits() throws InterruptedException {
    bench.wait = Optional.of(Duration.ZERO);
    assertEquals(Ending.PENDING, bench.run());
    assertEquals(1, bench.provider.created());
    assertEquals(Ending.DONE, bench.run());
    assertEachTextWasSubmittedOnce();
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload", "create", "poll", "results", "delete"})
  void aProviderThatAsksForMoreTimeThanTheWaitLeavesTheCallToTheNextRun(String step)
      throws InterruptedException {
    bench.wait = Optional.of(Duration.ofMinutes(10));
    Instant begun = bench.now();
    bench.provider.before =
        now -> {
          if (now.equals(step)) {
            throw askingToWait(Duration.ofHours(2));
          }
        };
    assertEquals(Ending.PENDING, bench.run());
    assertTrue(bench.now().isBefore(begun.plus(Duration.ofMinutes(10))));
    bench.provider.before = now -> {};
    assertEquals(Ending.DONE, bench.run());
    assertEachTextWasSubmittedOnce();
    assertEquals(0, bench.provider.files());
    assertEquals(synchronous(new MapCache()), bench.written());
  }

  @Test
  @Timeout(60)
  void aProviderThatAlwaysAsksForSomeTimeDoesNotHoldTheRunLongerThanTheWait()
      throws InterruptedException {
    bench.wait = Optional.of(Duration.ofMinutes(10));
    Instant begun = bench.now();
    bench.provider.before =
        step -> {
          assertTrue(bench.now().isBefore(begun.plus(Duration.ofMinutes(10))), "a late call");
          throw askingToWait(Duration.ofSeconds(30));
        };
    assertEquals(Ending.PENDING, bench.run());
    assertTrue(bench.now().isAfter(begun.plus(Duration.ofMinutes(9))));
    assertTrue(bench.now().isBefore(begun.plus(Duration.ofMinutes(10))));
  }

  private static Transient askingToWait(Duration time) {
    return new Transient("slow down", Transient.Kind.RATE_LIMITED, Optional.of(time), null);
  }

  @Test
  void aStoppedRunLeavesItsJobsToTheNext() throws InterruptedException {
    bench.onAppended =
        event -> {
          if (event instanceof JournalEvent.Created) {
            bench.stop.raise();
          }
        };
    assertEquals(Ending.INTERRUPTED, bench.run());
    assertEquals(1, bench.provider.created());
  }

  @Test
  void aRunThatIsStoppedWhileItLooksForTextsReadsNoFurther() throws InterruptedException {
    List<Integer> lookups = new ArrayList<>();
    MapCache watched =
        new MapCache() {
          @Override
          public Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException {
            lookups.add(keys.size());
            bench.stop.raise();
            return super.lookup(keys);
          }
        };
    bench = new LaneBench(folder, watched);
    bench.texts = texts(250);
    assertEquals(Ending.INTERRUPTED, bench.run());
    assertFalse(lookups.contains(50), "the input ends with a chunk of 50 texts: " + lookups);
    assertEquals(0, bench.provider.created());
  }

  @Test
  void aRunThatIsStoppedFromTheBeginningLeavesTheResultsAtTheProvider() throws Exception {
    bench.wait = Optional.of(Duration.ZERO);
    bench.provider.pollsUntilEnd = 2;
    assertEquals(Ending.PENDING, bench.run());
    List<String> steps = bench.provider.steps();
    bench.stop.raise();
    assertEquals(Ending.INTERRUPTED, bench.run());
    assertEquals(steps, bench.provider.steps());
  }

  @Test
  void aRunThatIsStoppedBeforeItTakesResultsLeavesThemAtTheProvider() throws Exception {
    bench.provider.after =
        step -> {
          if (step.equals("poll")) {
            bench.stop.raise();
          }
        };
    assertEquals(Ending.INTERRUPTED, bench.run());
    assertFalse(bench.provider.steps().contains("results"));
    assertEquals(1, bench.provider.files());
  }

  @Test
  void aSecondRunSaysWhoHasTheJobs() {
    try (AsyncLane first = bench.open()) {
      RunFailed refusal = assertThrows(RunFailed.class, bench::open);
      assertTrue(
          refusal.getMessage().contains("pid " + ProcessHandle.current().pid()),
          refusal.getMessage());
      assertTrue(first.undeleted().isEmpty());
    }
  }

  @Test
  void anInvalidRecordEndsTheRunWithItsPlace() {
    bench.texts = Stream.concat(texts(5).stream(), Stream.of("")).toList();
    InvalidInput failure = assertThrows(InvalidInput.class, bench::run);
    assertEquals("input:6: the text is blank", failure.getMessage());
    assertEquals(0, bench.provider.created());
  }

  @Test
  void theLimitOfTokensIsReservedForPendingJobs() {
    bench.limit = Optional.of(new TokenLimit(1000, "`max-tokens` 1000"));
    RunFailed failure = assertThrows(RunFailed.class, bench::run);
    assertEquals(
        "`max-tokens` 1000 ends the run: 962 tokens are spent on jobs, and a job of the next text"
            + " could take up to 40 more",
        failure.getMessage());
    assertTrue(bench.provider.submitted().stream().mapToInt(String::length).sum() <= 1000);
  }

  @Test
  void theFiguresCountJobsTimeAndTokens() throws InterruptedException {
    bench.run();
    LaneFigures last = bench.figures.getLast();
    assertEquals(1, last.jobs());
    assertEquals(1, last.completed());
    assertEquals(0, last.pending());
    assertEquals(250, last.embedded());
    assertEquals(bench.texts.stream().mapToInt(String::length).sum(), last.tokens());
  }
}
