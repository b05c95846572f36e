package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.UNSEALED;
import static dev.embedctl.cache.Samples.key;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.storeEach;
import static dev.embedctl.cache.Samples.vector;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheMaintenance.NamespaceSize;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.testing.MountedFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheMaintenanceTest {
  private static final EmbeddingSpec OTHER = Samples.spec("mistral", "mistral-embed");
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path folder;

  private CacheMaintenance maintenance() {
    return new CacheMaintenance(folder, AT_ONCE, SMALL);
  }

  private LogCache open() {
    return LogCache.open(folder, SPEC, AT_ONCE, SMALL);
  }

  private void storeAt(Instant time, EmbeddingSpec spec, int from, int to) throws IOException {
    LogSettings settings = Samples.at(InstantSource.fixed(time));
    try (LogCache cache = LogCache.open(folder, spec, AT_ONCE, settings)) {
      storeEach(cache, from, to);
    }
  }

  private CleanReport prune(Optional<Duration> olderThan, OptionalLong maxBytes) {
    return new CacheMaintenance(folder, AT_ONCE, Samples.at(InstantSource.fixed(NOON)))
        .prune(new PruneRequest(olderThan, maxBytes, NamespaceFilter.ALL));
  }

  private Namespace namespace() {
    return Namespace.of(folder, SPEC);
  }

  @Test
  void aCacheThatIsNotThereIsEmptyAndStaysAway() throws IOException {
    Path absent = folder.resolve("absent");
    CacheMaintenance nothing = new CacheMaintenance(absent, AT_ONCE, SMALL);
    assertEquals(List.of(), nothing.stats().parts());
    assertTrue(nothing.verify().sound());
    assertEquals(List.of(), nothing.sizes(NamespaceFilter.ALL));
    assertEquals(CleanReport.NOTHING, nothing.compact());
    assertEquals(CleanReport.NOTHING, nothing.clear(NamespaceFilter.ALL));
    assertFalse(Files.exists(absent));
  }

  @Test
  void statsCountWhatIsThere() throws IOException {
    storeAt(NOON, SPEC, 0, 10);
    storeAt(NOON.plusSeconds(60), SPEC, 5, 15);
    LogCache.open(folder, OTHER, AT_ONCE, SMALL).close();
    CacheStats stats = maintenance().stats();
    assertEquals(2, stats.parts().size());
    CacheStats.Part empty = stats.parts().getFirst();
    assertEquals(OTHER, empty.spec());
    assertEquals(OptionalInt.empty(), empty.dimensions());
    CacheStats.Part part = stats.parts().getLast();
    assertEquals(SPEC, part.spec());
    assertEquals(OptionalInt.of(8), part.dimensions());
    assertEquals(20, part.rows());
    assertEquals(15, part.live());
    assertEquals(5, part.superseded());
    assertEquals(Optional.of(NOON), part.oldest());
    assertEquals(Optional.of(NOON.plusSeconds(60)), part.newest());
    assertEquals(CacheFiles.bytesOf(namespace().folder()), part.bytes());
    assertEquals(20, stats.rows());
  }

  @Test
  void verifyFindsDamagedRowsAndAnIndexThatLies() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, 120);
    }
    assertTrue(maintenance().verify().sound());
    LogFiles files = namespace().log(namespace().meta());
    byte[] rows = Files.readAllBytes(files.segment(1));
    byte[] whole = rows.clone();
    rows[7 * 80 + 70] ^= 1;
    Files.write(files.segment(1), rows);
    VerifyReport report = maintenance().verify();
    assertFalse(report.sound());
    assertEquals(120, report.rows());
    assertEquals(1, report.damagedRows());
    assertEquals(
        List.of(new VerifyReport.DamagedRow(files.segment(1), 7)),
        report.parts().getFirst().examples());
    assertEquals(List.of(), report.parts().getFirst().problems());
    Files.write(files.segment(1), whole);
    byte[] index = Files.readAllBytes(files.index(120));
    index[500] ^= 1;
    Files.write(files.index(120), index);
    assertEquals(1, maintenance().verify().parts().getFirst().problems().size());
    Files.delete(files.index(120));
    assertTrue(maintenance().verify().sound());
    Files.delete(files.segment(2));
    Files.delete(files.segment(0));
    assertEquals(40, maintenance().verify().damagedRows());
  }

  @Test
  void compactionKeepsTheNewestOfEachKeyAndNothingElse() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, 200);
      cache.store(Map.of(key(7), vector(1007)));
      storeEach(cache, 100, 150);
    }
    CleanReport report = maintenance().compact();
    assertEquals(1, report.namespaces());
    assertEquals(251, report.rowsBefore());
    assertEquals(200, report.rowsAfter());
    assertTrue(maintenance().verify().sound());
    assertEquals(0, maintenance().stats().superseded());
    assertEquals(CacheFiles.bytesOf(namespace().folder()), report.bytesAfter());
    try (LogCache cache = open()) {
      assertEquals(Map.of(key(7), vector(1007)), cache.lookup(keys(7, 8)));
      assertEquals(vectors(8, 200), cache.lookup(keys(8, 300)));
      cache.store(vectors(300, 310));
    }
    assertFalse(Files.exists(namespace().folder().resolve("gen-0")));
    CleanReport again = maintenance().compact();
    assertEquals(0, again.namespaces());
    assertEquals(210, again.rowsAfter());
  }

  @Test
  void compactionDropsDamagedRows() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, 120);
    }
    LogFiles files = namespace().log(namespace().meta());
    byte[] rows = Files.readAllBytes(files.segment(1));
    rows[70] ^= 1;
    Files.write(files.segment(1), rows);
    assertEquals(119, maintenance().compact().rowsAfter());
    assertTrue(maintenance().verify().sound());
  }

  @Test
  void aCompactionThatDiedHalfwayLeavesTheOldAndIsCleanedUp() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, 120);
    }
    Path half = Files.createDirectory(namespace().folder().resolve("gen-1"));
    Files.write(half.resolve("vec-000000.seg"), new byte[100]);
    Files.writeString(namespace().folder().resolve("meta.json.tmp"), "{\"format\":");
    assertTrue(maintenance().verify().sound());
    try (LogCache cache = open()) {
      assertEquals(vectors(0, 120), cache.lookup(keys(0, 130)));
    }
    assertFalse(Files.exists(half));
    assertFalse(Files.exists(namespace().folder().resolve("meta.json.tmp")));
  }

  @Test
  void aCompactionThatDiedBehindTheSwitchLeavesTheNewAndIsCleanedUp() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, 50);
      storeEach(cache, 0, 50);
    }
    Path old = namespace().folder().resolve("gen-0");
    byte[] rows = Files.readAllBytes(old.resolve("vec-000000.seg"));
    maintenance().compact();
    Files.createDirectory(old);
    Files.write(old.resolve("vec-000000.seg"), rows);
    assertEquals(0, maintenance().compact().namespaces());
    assertFalse(Files.exists(old));
    try (LogCache cache = open()) {
      assertEquals(50, cache.counts().rowsAtOpen());
      assertEquals(vectors(0, 50), cache.lookup(keys(0, 60)));
    }
  }

  @Test
  void aCompactionThatFindsTheDiskFullLeavesTheOld() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, 50);
      storeEach(cache, 0, 50);
    }
    FailingDisk disk = new FailingDisk();
    disk.leaveRoomFor(1000);
    CacheMaintenance failing =
        new CacheMaintenance(
            folder, AT_ONCE, new LogSettings(40 * 80, 100, 50, disk::open, InstantSource.system()));
    String message = assertThrows(RunFailed.class, failing::compact).getMessage();
    assertTrue(message.contains("No space left on device"), message);
    assertFalse(Files.exists(namespace().folder().resolve("gen-1")));
    try (LogCache cache = open()) {
      assertEquals(vectors(0, 50), cache.lookup(keys(0, 60)));
    }
  }

  @Test
  void whereThereIsNoRoomForACopyRowsMoveToTheFrontOfTheirFiles() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, 200);
      cache.store(Map.of(key(7), vector(1007), key(8), vector(1008)));
    }
    NamespaceMeta meta = namespace().meta();
    BitSet kept = new BitSet();
    kept.set(70, 190);
    kept.set(200, 202);
    new Compaction(namespace(), meta, SMALL).keepInPlace(kept);

    assertEquals(meta, namespace().meta());
    assertTrue(maintenance().verify().sound());
    assertEquals(122, maintenance().stats().live());
    try (LogCache cache = open()) {
      assertEquals(Map.of(key(7), vector(1007), key(8), vector(1008)), cache.lookup(keys(0, 70)));
      assertEquals(vectors(70, 190), cache.lookup(keys(9, 300)));
      cache.store(vectors(300, 310));
    }
    assertEquals(132, maintenance().stats().live());
  }

  @Test
  void aMoveThatDiesAtAnyPointLosesNoRowThatIsKept() throws IOException {
    for (int room = 0; room < 60 * 80; room += 79) {
      Path cacheFolder = folder.resolve("killed-" + room);
      try (LogCache cache = LogCache.open(cacheFolder, SPEC, AT_ONCE, UNSEALED)) {
        cache.store(Map.of(key(30), vector(999)));
        storeEach(cache, 0, 60);
      }
      Namespace namespace = Namespace.of(cacheFolder, SPEC);
      BitSet kept = new BitSet();
      kept.set(21, 61); // the newest forty: texts 20 to 59
      FailingDisk disk = new FailingDisk();
      LogSettings dying = new LogSettings(40 * 80, 1000, 50, disk::open, InstantSource.system());
      disk.leaveRoomFor(room);
      try {
        new Compaction(namespace, namespace.meta(), dying).keepInPlace(kept);
      } catch (IOException e) {
        assertEquals("No space left on device", e.getMessage());
      }
      try (LogCache cache = LogCache.open(cacheFolder, SPEC, AT_ONCE, UNSEALED)) {
        assertEquals(vectors(20, 60), cache.lookup(keys(20, 60)), "room for " + room);
      }
    }
  }

  @Test
  void pruningAFullDiskFreesRoom() throws IOException {
    Path disk = folder.resolve("disk");
    try (MountedFolder mounted = MountedFolder.at(disk, 3000)) {
      CacheMaintenance onDisk = new CacheMaintenance(disk.resolve("cache"), AT_ONCE, UNSEALED);
      try (LogCache cache = LogCache.open(disk.resolve("cache"), SPEC, AT_ONCE, UNSEALED)) {
        cache.store(vectors(0, 20_000));
      }
      byte[] page = new byte[4096];
      assertThrows(
          IOException.class,
          () -> {
            try (OutputStream filler = Files.newOutputStream(mounted.path().resolve("filler"))) {
              while (true) {
                filler.write(page);
              }
            }
          });
      PruneRequest request =
          new PruneRequest(Optional.empty(), OptionalLong.of(800_000), NamespaceFilter.ALL);

      CleanReport report = onDisk.prune(request);

      assertTrue(report.bytesAfter() <= 800_000, report::toString);
      assertTrue(report.rowsAfter() > 5000, report::toString);
      assertTrue(onDisk.verify().sound());
      assertEquals(report.rowsAfter(), onDisk.stats().live());
    }
  }

  @Test
  void pruningByAgeDropsTheOldAndKeepsTheRest() throws IOException {
    storeAt(NOON.minus(Duration.ofDays(40)), SPEC, 0, 30);
    storeAt(NOON.minus(Duration.ofDays(20)), SPEC, 20, 60);
    storeAt(NOON.minus(Duration.ofDays(50)), OTHER, 0, 10);
    CleanReport report = prune(Optional.of(Duration.ofDays(30)), OptionalLong.empty());
    assertEquals(2, report.namespaces());
    assertEquals(80, report.rowsBefore());
    assertEquals(40, report.rowsAfter());
    try (LogCache cache = open()) {
      assertEquals(vectors(20, 60), cache.lookup(keys(0, 70)));
    }
    assertFalse(Files.exists(Namespace.of(folder, OTHER).folder()));
    CacheStats.Part part = maintenance().stats().parts().getFirst();
    assertEquals(Optional.of(NOON.minus(Duration.ofDays(20))), part.oldest());
    assertEquals(0, prune(Optional.of(Duration.ofDays(30)), OptionalLong.empty()).namespaces());
  }

  @Test
  void pruningBySizeDropsTheOldestUntilTheRestFits() throws IOException {
    storeAt(NOON.minus(Duration.ofDays(3)), SPEC, 0, 30);
    storeAt(NOON.minus(Duration.ofDays(2)), OTHER, 0, 30);
    storeAt(NOON.minus(Duration.ofDays(1)), SPEC, 30, 60);
    long limit = 2 * 1024 + 45 * 120;
    assertEquals(45, prune(Optional.empty(), OptionalLong.of(limit)).rowsAfter());
    assertTrue(maintenance().stats().bytes() <= limit);
    try (LogCache cache = open()) {
      assertEquals(vectors(30, 60), cache.lookup(keys(0, 60)));
    }
    try (LogCache cache = LogCache.open(folder, OTHER, AT_ONCE, SMALL)) {
      assertEquals(vectors(15, 30), cache.lookup(keys(0, 60)));
    }
    assertEquals(0, prune(Optional.empty(), OptionalLong.of(limit)).namespaces());
    assertEquals(0, prune(Optional.empty(), OptionalLong.of(0)).rowsAfter());
    assertEquals(List.of(), maintenance().stats().parts());
  }

  @Test
  void clearingRemovesWhatTheFilterMatches() throws IOException {
    storeAt(NOON, SPEC, 0, 10);
    storeAt(NOON, OTHER, 0, 10);
    NamespaceFilter mistral = new NamespaceFilter(Optional.of("mistral"), Optional.empty());
    assertEquals(10, maintenance().clear(mistral).rowsBefore());
    assertEquals(List.of(SPEC), specs());
    assertEquals(0, maintenance().clear(mistral).namespaces());
    Files.createDirectory(folder.resolve("trash-left-0123456789abcdef"));
    assertEquals(1, maintenance().clear(NamespaceFilter.ALL).namespaces());
    assertEquals(List.of(), specs());
    assertFalse(Files.exists(folder.resolve("trash-left-0123456789abcdef")));
    try (LogCache cache = open()) {
      assertEquals(Map.of(), cache.lookup(keys(0, 10)));
    }
  }

  @Test
  void sizesAreWhatClearingRemovesOfAnyFormat() throws IOException {
    storeAt(NOON, SPEC, 0, 10);
    storeAt(NOON, OTHER, 0, 10);
    NamespaceFilter openai = new NamespaceFilter(Optional.of(SPEC.provider()), Optional.empty());
    NamespaceSize size = maintenance().sizes(openai).getFirst();
    assertEquals(Optional.of(SPEC), size.spec());
    assertEquals(10, size.rows());
    assertEquals(maintenance().clear(openai).bytesBefore(), size.bytes());
    Files.writeString(Namespace.of(folder, OTHER).folder().resolve("meta.json"), "of the future");
    NamespaceSize unreadable = maintenance().sizes(NamespaceFilter.ALL).getFirst();
    assertEquals(Optional.empty(), unreadable.spec());
    assertEquals(0, unreadable.rows());
    assertEquals(maintenance().clear(NamespaceFilter.ALL).bytesBefore(), unreadable.bytes());
  }

  @Test
  void clearingLeavesFilesAloneThatAreNotTheCaches() throws IOException {
    storeAt(NOON, SPEC, 0, 10);
    Path stranger = Files.createDirectory(folder.resolve("holiday-photos"));
    Files.writeString(stranger.resolve("meta.json"), "mine");
    Path trash = Files.createDirectory(folder.resolve("trash-of-mine"));
    maintenance().clear(NamespaceFilter.ALL);
    maintenance().compact();
    open().close();
    assertTrue(Files.exists(stranger.resolve("meta.json")));
    assertTrue(Files.exists(trash));
  }

  @Test
  void lookingGoesOnBesideAWriterAndChangingDoesNot() throws IOException {
    try (LogCache writer = open()) {
      writer.store(vectors(0, 10));
      assertEquals(10, maintenance().stats().live());
      assertTrue(maintenance().verify().sound());
      assertThrows(RunFailed.class, () -> maintenance().compact());
      assertThrows(RunFailed.class, () -> maintenance().clear(NamespaceFilter.ALL));
      assertThrows(RunFailed.class, () -> prune(Optional.of(Duration.ZERO), OptionalLong.empty()));
    }
  }

  private List<EmbeddingSpec> specs() {
    return maintenance().stats().parts().stream().map(CacheStats.Part::spec).toList();
  }
}
