package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.UNSEALED;
import static dev.embedctl.cache.Samples.key;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.look;
import static dev.embedctl.cache.Samples.storeEach;
import static dev.embedctl.cache.Samples.vector;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a cache that are gone, or another's, or that cannot be set aside. */
final class ForeignFilesTest {
  private static final EmbeddingSpec OTHER = Samples.spec("mistral", "mistral-embed");
  private static final int ROWS = 130;

  @TempDir Path folder;

  private LogCache open() {
    return LogCache.open(folder, SPEC, AT_ONCE, SMALL);
  }

  private void fill() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, ROWS);
    }
  }

  /** Another model's cache of the same size, whose keys are other keys. */
  private void fillOther() throws IOException {
    try (LogCache cache = LogCache.open(folder, OTHER, AT_ONCE, SMALL)) {
      storeEach(cache, 1000, 1000 + ROWS);
    }
  }

  private Path file(EmbeddingSpec spec, String name) {
    return Namespace.of(folder, spec).folder().resolve(name);
  }

  private CacheCounts runThatFindsAllBut(int from, int to) throws IOException {
    LogCache cache = open();
    try (cache) {
      Map<CacheKey, Vector> expected = new HashMap<>(vectors(0, ROWS));
      expected.keySet().removeAll(keys(from, to));
      assertEquals(expected, look(cache, keys(0, ROWS)));
      storeEach(cache, from, to);
    }
    return cache.counts();
  }

  private CacheCounts runThatFindsAll() throws IOException {
    return runThatFindsAllBut(0, 0);
  }

  @Test
  void anIndexThatIsGoneIsNoDamage() throws IOException {
    fill();
    Files.delete(file(SPEC, "gen-0/index-130.mapdb"));

    assertTrue(runThatFindsAll().sound());

    assertTrue(Files.exists(file(SPEC, "gen-0/index-130.mapdb")));
  }

  @Test
  void anIndexOfAnotherModelIsSetAsideAndMadeAnew() throws IOException {
    fill();
    fillOther();
    Files.write(
        file(SPEC, "gen-0/index-130.mapdb"),
        Files.readAllBytes(file(OTHER, "gen-0/index-130.mapdb")));

    assertEquals(List.of("index-130.mapdb"), runThatFindsAll().rebuilt());

    assertTrue(Files.exists(file(SPEC, "gen-0/damaged-index-130.mapdb")));
    assertTrue(runThatFindsAll().sound());
  }

  @Test
  void anIndexThatPointsAtAnothersRowIsFoundOutBeforeAVectorIsPaidForAgain() throws IOException {
    fill();
    List<Integer> order = new ArrayList<>(IntStream.range(0, ROWS).boxed().toList());
    order.sort(Comparator.comparing(Samples::key));
    // Neighbours that are not among the entries that are looked at when the index is opened.
    int first = order.get(5);
    int second = order.get(6);
    CacheKey log = Namespace.of(folder, SPEC).meta().name();
    SealedIndex.write(
        file(SPEC, "gen-0/index-130.mapdb"),
        log,
        ROWS,
        sink -> {
          for (int number : order) {
            int other = number == first ? second : number == second ? first : number;
            sink.entry(key(number), other);
          }
        });

    LogCache cache = open();
    try (cache) {
      assertEquals(Map.of(key(first), vector(first)), look(cache, List.of(key(first))));
    }

    assertEquals(List.of("index-130.mapdb"), cache.counts().rebuilt());
    assertEquals(0, cache.counts().damaged());
    assertTrue(runThatFindsAll().sound());
  }

  @Test
  void aSegmentOfAnotherModelCostsTheRowsThatItReplaced() throws IOException {
    fill();
    fillOther();
    Files.write(
        file(SPEC, "gen-0/vec-000001.seg"),
        Files.readAllBytes(file(OTHER, "gen-0/vec-000001.seg")));

    assertEquals(List.of("index-130.mapdb"), runThatFindsAllBut(40, 80).rebuilt());

    assertTrue(runThatFindsAll().sound());
  }

  @Test
  void aSegmentThatIsGoneCostsItsRowsAndIsToldOfOnce() throws IOException {
    fill();
    Files.delete(file(SPEC, "gen-0/vec-000001.seg"));

    assertEquals(40, runThatFindsAllBut(40, 80).damaged());

    assertTrue(runThatFindsAll().sound());
  }

  @Test
  void aSegmentThatIsGoneFromALogWithoutAnIndexIsToldOfOnceToo() throws IOException {
    try (LogCache cache = LogCache.open(folder, SPEC, AT_ONCE, UNSEALED)) {
      storeEach(cache, 0, ROWS);
    }
    Files.delete(file(SPEC, "gen-0/vec-000001.seg"));

    LogCache first = LogCache.open(folder, SPEC, AT_ONCE, UNSEALED);
    first.close();
    assertEquals(40, first.counts().damaged());

    try (LogCache second = LogCache.open(folder, SPEC, AT_ONCE, UNSEALED)) {
      assertTrue(second.counts().sound());
      assertEquals(ROWS - 40, look(second, keys(0, ROWS)).size());
    }
  }

  @Test
  void aMetaOfAnotherModelIsRefusedAndNothingIsTouched() throws IOException {
    fill();
    fillOther();
    byte[] foreign = Files.readAllBytes(file(OTHER, "meta.json"));
    Files.write(file(SPEC, "meta.json"), foreign);

    String message = assertThrows(RunFailed.class, this::open).getMessage();

    assertTrue(message.contains("belongs to another spec: use another `cache`"), message);
    assertArrayEquals(foreign, Files.readAllBytes(file(SPEC, "meta.json")));
  }

  @Test
  void aMetaThatIsGoneIsMadeAnewFromTheRows() throws IOException {
    fill();
    byte[] meta = Files.readAllBytes(file(SPEC, "meta.json"));
    Files.delete(file(SPEC, "meta.json"));

    assertEquals(List.of("meta.json"), runThatFindsAll().rebuilt());

    assertArrayEquals(meta, Files.readAllBytes(file(SPEC, "meta.json")));
    assertTrue(runThatFindsAll().sound());
  }

  @Test
  void aLostMetaWithTwoLogsIsNotGuessed() throws IOException {
    fill();
    Files.delete(file(SPEC, "meta.json"));
    Files.createDirectory(file(SPEC, "gen-1"));

    String message = assertThrows(RunFailed.class, this::open).getMessage();

    assertTrue(message.contains("remove one of the gen- folders"), message);
    Files.delete(file(SPEC, "gen-1"));
    runThatFindsAll();
  }

  @Test
  void aMetaThatNamesAnotherLogThanIsThereDoesNotDropTheOneThatIs() throws IOException {
    fill();
    Namespace namespace = Namespace.of(folder, SPEC);
    namespace.write(namespace.meta().nextGeneration());

    assertThrows(RunFailed.class, new CacheMaintenance(folder, AT_ONCE, SMALL)::compact);
    assertEquals(List.of("meta.json"), runThatFindsAll().rebuilt());

    assertTrue(runThatFindsAll().sound());
  }

  @Test
  void aLogWithoutAWholeRowAndWithoutItsMetaIsSetAsideAsAFolder() throws IOException {
    fill();
    Files.delete(file(SPEC, "meta.json"));
    for (int segment = 0; segment < 4; segment++) {
      Path file = file(SPEC, "gen-0/vec-00000" + segment + ".seg");
      Files.write(file, new byte[(int) Files.size(file)]);
    }

    CacheCounts counts = runThatFindsAllBut(0, ROWS);

    assertEquals(List.of(file(SPEC, "damaged-gen-0")), counts.setAside());
    assertTrue(runThatFindsAll().sound());
    new CacheMaintenance(folder, AT_ONCE, SMALL).clear(NamespaceFilter.ALL);
    assertFalse(Files.exists(file(SPEC, "damaged-gen-0")));
  }

  @Test
  void theLocksContentIsForPeople() throws IOException {
    fill();
    Files.write(folder.resolve("LOCK"), new byte[9000]);

    assertTrue(runThatFindsAll().sound());
  }

  @Test
  void rowsThatTheFullDiskCannotTakeAsideStayAndAreSetAsideLater() throws IOException {
    fill();
    Path segment = file(SPEC, "gen-0/vec-000001.seg");
    byte[] damaged = Files.readAllBytes(segment);
    damaged[200] ^= 1;
    Files.write(segment, damaged);
    FailingDisk disk = new FailingDisk();
    LogSettings failing = new LogSettings(40 * 80, 100, 50, disk::open, InstantSource.system());
    disk.leaveRoomFor(100);

    LogCache full = LogCache.open(folder, SPEC, AT_ONCE, failing);
    try (full) {
      assertEquals(ROWS - 1, look(full, keys(0, ROWS)).size());
    }

    assertTrue(full.counts().asideFailure().orElseThrow().contains("No space left"));
    assertArrayEquals(damaged, Files.readAllBytes(segment));
    assertEquals(0, Files.size(file(SPEC, "gen-0/damaged-vec-000001.seg.jsonl")));
    disk.mend();
    LogCache roomy = LogCache.open(folder, SPEC, AT_ONCE, failing);
    try (roomy) {
      assertEquals(ROWS - 1, look(roomy, keys(0, ROWS)).size());
    }
    assertEquals(1, roomy.counts().damaged());
    assertTrue(
        Files.readString(file(SPEC, "gen-0/damaged-vec-000001.seg.jsonl"))
            .startsWith("{\"file\":\"vec-000001.seg\",\"row\":2,\"found\":\""));
    try (LogCache cache = open()) {
      assertEquals(ROWS - 1, look(cache, keys(0, ROWS)).size());
      assertTrue(cache.counts().sound());
    }
  }

  @Test
  void aCrashBetweenTheCopyAndTheRowLeavesTheRowToBeSetAsideAgain() throws IOException {
    fill();
    Path segment = file(SPEC, "gen-0/vec-000001.seg");
    byte[] damaged = Files.readAllBytes(segment);
    damaged[200] ^= 1;
    Files.write(segment, damaged);
    runThatFindsAllBut(42, 43);
    Files.write(segment, damaged);
    Files.delete(file(SPEC, "gen-0/index-130.mapdb"));

    try (LogCache cache = LogCache.open(folder, SPEC, AT_ONCE, UNSEALED)) {
      assertEquals(vectors(0, ROWS), look(cache, keys(0, ROWS)));
      assertEquals(1, cache.counts().damaged());
    }

    assertEquals(2, Files.readAllLines(file(SPEC, "gen-0/damaged-vec-000001.seg.jsonl")).size());
    assertTrue(runThatFindsAll().sound());
  }
}
