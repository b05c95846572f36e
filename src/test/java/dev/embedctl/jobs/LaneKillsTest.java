package dev.embedctl.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.jobs.AsyncLane.Ending;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.testing.FakeBatches;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A lane that dies at any of its steps is continued by the next run, and pays for each text once.
 */
final class LaneKillsTest {
  /** Stands for the death of the process: nothing after it is carried out by the lane. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path folder;

  /** A moment of a lane's life. */
  record Moment(String name, int count) {
    @Override
    public String toString() {
      return name + " #" + count;
    }
  }

  /** Two jobs go through these moments. */
  static Stream<Moment> moments() {
    return Stream.of(
            "before upload",
            "after upload",
            "before create",
            "after create",
            "before poll",
            "after poll",
            "before results",
            "after results",
            "before delete",
            "after delete",
            "Opened",
            "Prepared",
            "Uploaded",
            "Creating",
            "Created",
            "Ended",
            "Cleaned")
        .flatMap(
            name ->
                IntStream.rangeClosed(1, name.equals("Opened") ? 1 : 2)
                    .mapToObj(count -> new Moment(name, count)));
  }

  @ParameterizedTest
  @MethodSource("moments")
  void afterItsDeathAtAnyStepEachTextIsSubmittedOnce(Moment moment) throws Exception {
    LaneBench bench = new LaneBench(folder);
    bench.texts = IntStream.range(0, 150).mapToObj(i -> "text " + i).toList();
    bench.provider.limits = FakeBatches.limits(1, 1000, 1_000_000, OptionalLong.empty());
    List<String> seen = new ArrayList<>();
    bench.provider.before = step -> die("before " + step, moment, seen);
    bench.provider.after = step -> die("after " + step, moment, seen);
    bench.onAppended = event -> die(event.getClass().getSimpleName(), moment, seen);
    assertThrows(Killed.class, bench::run);
    assertEquals(Ending.DONE, bench.run());
    List<String> submitted = bench.provider.submitted();
    assertEquals(bench.texts.size(), submitted.size(), "submitted: " + submitted.size());
    assertEquals(new HashSet<>(bench.texts), new HashSet<>(submitted));
    assertEquals(2, bench.provider.created());
    assertEquals(150, bench.output.written().size());
    assertTrue(bench.written().stream().allMatch(line -> line.endsWith("bought")));
  }

  @Test
  void afterItsDeathAtTheDeletionOfAFileThatIsOverTheQuotaItIsUploadedAgain() throws Exception {
    LaneBench bench = new LaneBench(folder);
    bench.texts = IntStream.range(0, 50).mapToObj(i -> "text " + i).toList();
    JobState.OverQuota full = new JobState.OverQuota(OptionalLong.of(1_000_000), "full");
    bench.provider.full = () -> Optional.of(full);
    List<String> seen = new ArrayList<>();
    bench.provider.after = step -> die("after " + step, new Moment("after delete", 1), seen);
    assertThrows(Killed.class, bench::run);
    bench.provider.full = Optional::empty;
    assertEquals(Ending.DONE, bench.run());
    assertEquals(bench.texts, bench.provider.submitted());
  }

  private static void die(String name, Moment moment, List<String> seen) {
    if (name.equals(moment.name())) {
      seen.add(name);
      if (seen.size() == moment.count()) {
        throw new Killed();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void aJournalThatIsCutInItsLastLineIsContinued(int cut) throws Exception {
    LaneBench bench = new LaneBench(folder);
    bench.texts = IntStream.range(0, 150).mapToObj(i -> "text " + i).toList();
    List<String> seen = new ArrayList<>();
    bench.provider.after = step -> die("after " + step, new Moment("after create", 1), seen);
    assertThrows(Killed.class, bench::run);
    Path journal = journal();
    byte[] bytes = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(bytes, bytes.length - cut));
    assertEquals(Ending.DONE, bench.run());
    assertEquals(150, bench.output.written().size());
  }

  static IntStream cuts() {
    return IntStream.of(1, 2, 20, 60);
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void aJournalThatIsDamagedBeforeItsLastLineIsRefused(int at) throws Exception {
    LaneBench bench = new LaneBench(folder);
    bench.texts = List.of("text");
    bench.wait = Optional.of(Duration.ZERO);
    assertEquals(Ending.PENDING, bench.run());
    Path journal = journal();
    byte[] bytes = Files.readAllBytes(journal);
    bytes[at] ^= 1;
    Files.write(journal, bytes);
    EmbedctlException refusal = assertThrows(EmbedctlException.class, bench::run);
    assertTrue(refusal.getMessage().contains("journal:1: a damaged line"), refusal.getMessage());
  }

  private Path journal() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("journal")).findFirst().orElseThrow();
    }
  }
}
