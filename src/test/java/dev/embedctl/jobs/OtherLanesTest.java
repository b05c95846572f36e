package dev.embedctl.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.LockFile.Use;
import dev.embedctl.jobs.AsyncLane.Ending;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.testing.FakeBatches;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two inputs with the same cache, whose texts overlap. */
@Timeout(60)
final class OtherLanesTest {
  private static final List<String> FIRST = texts(0, 150);
  private static final List<String> SECOND = texts(100, 250);

  @TempDir Path folder;

  private LaneBench bench;

  @BeforeEach
  void aCache() {
    bench = new LaneBench(folder);
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "text " + i).toList();
  }

  private Ending run(String file, List<String> texts) throws InterruptedException {
    bench.file = file;
    bench.texts = texts;
    return bench.run();
  }

  private Ending submitOnly(String file, List<String> texts) throws InterruptedException {
    bench.wait = Optional.of(Duration.ZERO);
    Ending ending = run(file, texts);
    bench.wait = Optional.empty();
    return ending;
  }

  private void assertEachTextWasSubmittedOnce() {
    List<String> submitted = bench.provider.submitted();
    assertEquals(submitted.size(), new HashSet<>(submitted).size(), "no text twice");
    assertEquals(250, submitted.size());
  }

  @Test
  void textsInAPendingJobOfAnotherInputAreLeftToItAndItsResultsAreTaken() throws Exception {
    bench.provider.pollsUntilEnd = 5;
    assertEquals(Ending.PENDING, submitOnly("first", FIRST));
    assertEquals(Ending.DONE, run("second", SECOND));
    assertEachTextWasSubmittedOnce();
    assertEquals(
        List.of("first completed"),
        KnownJob.in(folder).stream()
            .map(job -> job.inputs().getFirst() + " " + job.state())
            .toList());
    int before = bench.written().size();
    assertEquals(Ending.DONE, run("first", FIRST));
    assertEachTextWasSubmittedOnce();
    List<String> last = bench.written().subList(before, before + 150);
    assertTrue(last.stream().allMatch(line -> line.endsWith("bought")), last::toString);
  }

  @Test
  void aRunWhoseTextsAreAllInJobsOfAnotherInputEndsWithItsWait() throws Exception {
    bench.provider.pollsUntilEnd = 1000;
    assertEquals(Ending.PENDING, submitOnly("first", FIRST));
    bench.wait = Optional.of(Duration.ofMinutes(10));
    assertEquals(Ending.PENDING, run("second", texts(0, 50)));
    assertEquals(1, bench.provider.created());
  }

  @Test
  void jobsThatAnotherRunWorksOnAreLeftToIt() throws Exception {
    assertEquals(Ending.PENDING, submitOnly("first", FIRST));
    bench.provider.pollsUntilEnd = 2;
    bench.file = "first";
    bench.texts = FIRST;
    try (AsyncLane first = bench.open()) {
      bench.wait = Optional.of(Duration.ofMinutes(10));
      assertEquals(Ending.PENDING, run("second", SECOND));
      bench.texts = FIRST;
      assertEquals(Ending.DONE, first.run());
    }
    assertEquals(Ending.DONE, run("second", SECOND));
    assertEachTextWasSubmittedOnce();
  }

  @Test
  void textsOfACancelledJobOfAnotherInputAreSubmitted() throws Exception {
    bench.provider.pollsUntilEnd = 2;
    assertEquals(Ending.PENDING, submitOnly("first", FIRST));
    bench.provider.ending =
        number -> number == 0 ? new JobState.Cancelled() : new JobState.Completed();
    bench.provider.linesDone = number -> number == 0 ? 0 : 1000;
    assertEquals(Ending.DONE, run("second", SECOND));
    assertEquals(Ending.DONE, run("first", FIRST));
    assertEachTextWasSubmittedOnceMore();
  }

  @Test
  void textsOfAJobThatIsGivenUpAreSubmittedByTheRunThatNeedsThemFirst() throws Exception {
    assertEquals(Ending.PENDING, submitOnly("first", FIRST));
    KnownJob.in(folder).getFirst().giveUp(folder, "test", bench.now());
    assertEquals(Ending.DONE, run("second", SECOND));
    assertEquals(Ending.DONE, run("first", FIRST));
    assertEachTextWasSubmittedOnceMore();
  }

  private void assertEachTextWasSubmittedOnceMore() {
    List<String> submitted = bench.provider.submitted();
    assertEquals(150 + 250, submitted.size());
    assertEquals(250, new HashSet<>(submitted.subList(150, submitted.size())).size());
  }

  @Test
  void aJobOfADeadRunThatWasNotSubmittedIsDropped() throws Exception {
    bench.onAppended =
        event -> {
          if (event instanceof JournalEvent.Uploaded) {
            throw new Killed();
          }
        };
    assertThrows(Killed.class, () -> run("first", FIRST));
    bench.onAppended = event -> {};
    assertEquals(Ending.DONE, run("second", SECOND));
    assertEquals(0, bench.provider.files());
    assertEquals(Ending.DONE, run("first", FIRST));
    assertEachTextWasSubmittedOnce();
  }

  @Test
  void aJobThatADeadRunMayHaveCreatedIsFound() throws Exception {
    bench.provider.after =
        step -> {
          if (step.equals("create")) {
            throw new Killed();
          }
        };
    assertThrows(Killed.class, () -> run("first", FIRST));
    bench.provider.after = step -> {};
    assertEquals(Ending.DONE, run("second", SECOND));
    assertEquals(Ending.DONE, run("first", FIRST));
    assertEachTextWasSubmittedOnce();
  }

  /** Stands for the death of the process. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aJobOfAnotherInputWhoseResultsCannotBeTakenIsNamed() throws Exception {
    assertEquals(Ending.PENDING, submitOnly("first", FIRST));
    bench.dimensions = OptionalInt.of(3);
    bench.file = "second";
    bench.texts = texts(0, 10);
    try (AsyncLane second = bench.open()) {
      assertThrows(RunFailed.class, second::run);
      assertEquals(Optional.of("job-1"), second.untaken());
    }
  }

  @Test
  void aTextThatCameIntoTheCacheWhileTheRunWaitedForRoomIsNotSubmitted() throws Exception {
    bench.provider.limits = FakeBatches.limits(1, 100, 1_000_000, OptionalLong.of(1000));
    bench.provider.pollsUntilEnd = 3;
    LaneBench beside = new LaneBench(folder, bench.cache, bench.provider);
    beside.file = "beside";
    beside.texts = texts(150, 200);
    AtomicBoolean began = new AtomicBoolean();
    bench.onPause =
        () -> {
          if (!began.getAndSet(true)) {
            assertEquals(Ending.DONE, ran(beside));
          }
        };
    assertEquals(Ending.DONE, run("first", texts(0, 250)));
    assertTrue(began.get());
    assertEachTextWasSubmittedOnce();
  }

  private static Ending ran(LaneBench bench) {
    try {
      return bench.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void onlyOneRunOfACacheMakesJobsAtATime() throws Exception {
    Path jobs = Files.createDirectories(folder.resolve("jobs"));
    LockFile other = LockFile.tryLock(jobs, Use.MAINTAINING, "test").held().orElseThrow();
    List<Integer> created = new ArrayList<>();
    bench.onPause =
        () -> {
          created.add(bench.provider.created());
          if (created.size() == 3) {
            unlock(other);
          }
        };
    assertEquals(Ending.DONE, run("first", FIRST));
    assertEquals(List.of(0, 0, 0), created.subList(0, 3));
    assertEquals(1, bench.provider.created());
  }

  private static void unlock(LockFile lock) {
    try {
      lock.unlock(Use.MAINTAINING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
