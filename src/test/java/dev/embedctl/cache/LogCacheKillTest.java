package dev.embedctl.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.KilledWriter.Work;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Processes are killed, as {@code kill -9} does, at random points of what they do with a cache: all
 * that they said they had stored is there, bit for bit, and the next one goes on.
 */
final class LogCacheKillTest {
  /** All tests of this class together. */
  private static final int KILLS = Integer.getInteger("embedctl.kills", 30);

  private static final int KILLS_OF_A_TEST = Math.max(1, KILLS / 5);

  /** Longer than a round of what the process does; random moments within it are wanted. */
  private static final Duration ROUND = Duration.ofMillis(40);

  /** About as long as a JVM needs to start, open the cache and store a little. */
  private static final Duration START = Duration.ofMillis(1200);

  @TempDir Path folder;
  private final Random random = new Random(5);
  private final BitSet stored = new BitSet();

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CREATING")
  void whatWasStoredIsThereAfterAKillWhile(Work work) throws Exception {
    for (int kill = 0; kill < KILLS_OF_A_TEST; kill++) {
      killAfterAWhile(work);
      assertAllThere(work);
    }
    assertTrue(
        new CacheMaintenance(folder, Samples.AT_ONCE, KilledWriter.settings(work))
            .verify()
            .sound());
  }

  @Test
  void whatWasStoredIsThereAfterAKillWhileItStarts() throws Exception {
    for (int kill = 0; kill < KILLS_OF_A_TEST; kill++) {
      int start = unusedNumber();
      try (ChildJvm child = run(Work.STORING, start)) {
        pause(START);
        take(start, child.kill());
      }
      assertAllThere(Work.STORING);
    }
  }

  @Test
  void aCacheWhoseMakerWasKilledHoldsWhatWasStoredAndTakesMore() throws Exception {
    int found = 0;
    for (int kill = 0; kill < KILLS_OF_A_TEST; kill++) {
      killAfterAWhile(Work.CREATING);
      try (Stream<Path> fresh = Files.list(folder)) {
        for (Path cache : fresh.sorted().toList()) {
          assertUsable(cache);
          found++;
          CacheFiles.deleteTree(cache);
        }
      }
    }
    assertTrue(found >= KILLS_OF_A_TEST, "caches were made");
  }

  private void killAfterAWhile(Work work) throws IOException, InterruptedException {
    int start = unusedNumber();
    try (ChildJvm child = run(work, start)) {
      for (int acks = 1 + random.nextInt(30); acks > 0; acks--) {
        take(start, List.of(child.readLine()));
      }
      pause(ROUND);
      take(start, child.kill());
    }
  }

  private ChildJvm run(Work work, int start) throws IOException {
    return ChildJvm.run(
        KilledWriter.class, folder.toString(), Integer.toString(start), work.name());
  }

  /** Numbers that a killed process may have stored without saying so are not used again. */
  private int unusedNumber() {
    return stored.length() + 1000;
  }

  private void take(int start, List<String> said) {
    said.forEach(next -> stored.set(start, Integer.parseInt(next)));
  }

  /** Nothing is waited for: the kill is to come at any moment. */
  private void pause(Duration atMost) {
    LockSupport.parkNanos(random.nextLong(atMost.toNanos()));
  }

  private void assertAllThere(Work work) throws IOException {
    try (LogCache cache =
        LogCache.open(folder, Samples.SPEC, Samples.AT_ONCE, KilledWriter.settings(work))) {
      Map<CacheKey, Vector> found = cache.lookup(stored.stream().mapToObj(Samples::key).toList());
      stored.stream().forEach(number -> assertHolds(number, found));
      assertTrue(cache.counts().damaged() <= 1, "at most the row that was being written is cut");
      assertEquals(List.of(), cache.counts().rebuilt());
    }
  }

  /** The caches are made one after another, each for the numbers from its name on. */
  private void assertUsable(Path cache) throws IOException {
    int from = Integer.parseInt(cache.getFileName().toString());
    int to = from + KilledWriter.ROWS_OF_A_FRESH_CACHE;
    Map<CacheKey, Vector> all = KilledWriter.batch(from, to);
    LogSettings settings = KilledWriter.settings(Work.CREATING);
    try (LogCache opened = LogCache.open(cache, Samples.SPEC, Samples.AT_ONCE, settings)) {
      Map<CacheKey, Vector> found = opened.lookup(List.copyOf(all.keySet()));
      assertTrue(all.entrySet().containsAll(found.entrySet()), "no wrong vector");
      IntStream.range(from, to).filter(stored::get).forEach(number -> assertHolds(number, found));
      opened.store(all);
    }
    try (LogCache opened = LogCache.open(cache, Samples.SPEC, Samples.AT_ONCE, settings)) {
      assertEquals(all, opened.lookup(List.copyOf(all.keySet())));
    }
  }

  private static void assertHolds(int number, Map<CacheKey, Vector> found) {
    assertEquals(
        Samples.vector(number, KilledWriter.DIMENSIONS),
        found.get(Samples.key(number)),
        "text " + number);
  }
}
