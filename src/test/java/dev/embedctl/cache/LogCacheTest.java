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
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogCacheTest {
  @TempDir Path folder;

  private LogCache open(LogSettings settings) {
    return LogCache.open(folder, SPEC, AT_ONCE, settings);
  }

  private LogFiles files() throws IOException {
    Namespace namespace = Namespace.of(folder, SPEC);
    return namespace.log(namespace.meta());
  }

  @Test
  void findsEverythingAgainWithoutAnIndex() throws IOException {
    try (LogCache cache = open(UNSEALED)) {
      cache.store(vectors(0, 333));
    }
    assertTrue(files().indexes().isEmpty());
    assertEquals(9, files().segments().size());
    try (LogCache cache = open(UNSEALED)) {
      assertEquals(vectors(0, 333), look(cache, keys(0, 400)));
      assertEquals(333, cache.counts().rowsAtOpen());
    }
  }

  @Test
  void findsEverythingAgainThroughTheIndexAndBehindIt() throws IOException {
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(0, 300));
    }
    assertEquals(Set.of(300), files().indexes().keySet());
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(300, 320));
    }
    assertEquals(Set.of(300), files().indexes().keySet());
    try (LogCache cache = open(SMALL)) {
      for (int i = 0; i < 330; i++) {
        assertEquals(
            Optional.of(i).filter(n -> n < 320).map(Samples::vector),
            Optional.ofNullable(look(cache, List.of(key(i))).get(key(i))));
      }
      assertEquals(vectors(0, 320), look(cache, keys(0, 330)));
    }
  }

  @Test
  void sealsAnIndexAnewWhenEnoughRowsAreNewAndRemovesTheOldOne() throws IOException {
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(0, 300));
    }
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(200, 350));
    }
    assertEquals(Set.of(300, 450), files().indexes().keySet());
    try (LogCache cache = open(SMALL)) {
      assertEquals(Set.of(450), files().indexes().keySet());
      assertEquals(vectors(0, 350), look(cache, keys(0, 400)));
    }
  }

  @Test
  void theLastVectorOfAKeyWinsThroughIndexAndTail() throws IOException {
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(0, 200));
      cache.store(Map.of(key(1), vector(1001), key(2), vector(1002), key(3), vector(1003)));
    }
    try (LogCache cache = open(SMALL)) {
      cache.store(Map.of(key(2), vector(2002), key(3), vector(2003)));
    }
    try (LogCache cache = open(SMALL)) {
      cache.store(Map.of(key(3), vector(3003)));
    }
    for (int sealing = 0; sealing < 2; sealing++) {
      try (LogCache cache = open(SMALL)) {
        assertEquals(
            Map.of(key(1), vector(1001), key(2), vector(2002), key(3), vector(3003)),
            look(cache, keys(1, 4)));
        assertEquals(vectors(4, 200), look(cache, keys(4, 200)));
        // Enough new rows that the second round reads all through a merged index.
        cache.store(vectors(500, 600));
      }
    }
  }

  @Test
  void aReplacedVectorIsNotFoundInALookUpInTheOrderOfTheRows() throws IOException {
    try (LogCache cache = open(SMALL)) {
      storeEach(cache, 0, 200);
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 50), look(cache, keys(0, 50)));
      cache.store(Map.of(key(60), vector(1060), key(160), vector(1160)));
      Map<CacheKey, Vector> found = look(cache, keys(50, 100));
      assertEquals(vector(1060), found.get(key(60)));
      assertEquals(50, found.size());
      storeEach(cache, 200, 300);
    }
    assertEquals(Set.of(200, 302), files().indexes().keySet());
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(100, 150), look(cache, keys(100, 150)));
      Map<CacheKey, Vector> found = look(cache, keys(150, 200));
      assertEquals(vector(1160), found.get(key(160)));
      assertEquals(50, found.size());
    }
  }

  @Test
  void aVectorInDoubtIsFoundInsteadOfTheOneInTheOrderOfTheRows() throws IOException {
    try (LogCache cache = open(SMALL)) {
      storeEach(cache, 0, 200);
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 50), look(cache, keys(0, 50)));
      cache.storeDoubted(Map.of(key(60), vector(1060)));
      assertEquals(vector(1060), look(cache, keys(50, 100)).get(key(60)));
      cache.forgetDoubted();
      assertEquals(vectors(50, 100), look(cache, keys(50, 100)));
    }
  }

  @Test
  void textsThatAreNewOrGoneOrElsewhereDoNotEndALookUpInOrder() throws IOException {
    try (LogCache cache = open(SMALL)) {
      storeEach(cache, 0, 300);
    }
    try (LogCache cache = open(SMALL)) {
      List<CacheKey> asked = new ArrayList<>(keys(0, 100));
      asked.addAll(40, keys(1000, 1003)); // new
      asked.subList(60, 70).clear(); // gone
      asked.addAll(80, keys(200, 210)); // elsewhere
      asked.addAll(keys(100, 300));
      for (int from = 0; from < asked.size(); from += 20) {
        List<CacheKey> some = asked.subList(from, Math.min(from + 20, asked.size()));
        Map<CacheKey, Vector> expected = vectors(0, 300);
        expected.keySet().retainAll(some);
        assertEquals(expected, look(cache, some));
      }
    }
  }

  @Test
  void aKeyThatIsAskedTwiceIsFoundAtBothPositionsAndMissedOnce() throws IOException {
    try (LogCache cache = open(SMALL)) {
      storeEach(cache, 0, 200);
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 10), look(cache, keys(0, 10)));
      List<CacheKey> asked = List.of(key(10), key(900), key(10), key(11), key(900), key(3));
      VectorCache.Found found = cache.find(asked);

      assertEquals(4, found.count());
      assertEquals(vector(10), found.at(0));
      assertEquals(vector(10), found.at(2));
      assertEquals(List.of(key(900)), found.missing(asked));
    }
  }

  /** The texts that a run lacks are looked up by other threads than those that it has. */
  @Test
  void lookUpsInOrderAndOfNewTextsAtOnceDoNotDisturbOneAnother() throws Exception {
    LogSettings usual = LogSettings.usual(InstantSource.system());
    try (LogCache cache = open(usual)) {
      storeEach(cache, 0, 2000);
    }
    try (LogCache cache = open(usual);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      look(cache, keys(0, 250));
      List<Future<Boolean>> looked = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        looked.add(
            threads.submit(
                () -> {
                  boolean right = true;
                  for (int i = 0; i < 200; i++) {
                    right &= vectors(250, 500).equals(look(cache, keys(250, 500)));
                    right &= look(cache, keys(9000, 9003)).isEmpty();
                  }
                  return right;
                }));
      }
      for (Future<Boolean> each : looked) {
        assertTrue(each.get());
      }
    }
  }

  @Test
  void aDamagedRowIsNotFoundInALookUpInOrderAndIsCounted() throws IOException {
    try (LogCache cache = open(SMALL)) {
      storeEach(cache, 0, 300);
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 50), look(cache, keys(0, 50)));
      Path segment = files().segment(2); // 40 rows in each
      byte[] rows = Files.readAllBytes(segment);
      rows[15 * 80 + 60] ^= 1;
      Files.write(segment, rows);
      Map<CacheKey, Vector> expected = vectors(50, 150);
      expected.remove(key(95));
      assertEquals(expected, look(cache, keys(50, 150)));
      assertEquals(vectors(150, 300), look(cache, keys(150, 300)));
      assertEquals(1, cache.counts().damaged());
    }
  }

  @Test
  void looksUpInTheFileFirstAndInMemoryOnceThatPays() throws IOException {
    try (LogCache cache = open(LogSettings.usual(InstantSource.system()))) {
      cache.store(vectors(0, 20_000));
    }
    try (LogCache cache = open(LogSettings.usual(InstantSource.system()))) {
      for (int from = 0; from < 20_000; from += 500) {
        assertEquals(vectors(from, from + 500), look(cache, keys(from, from + 500)));
        assertEquals(Map.of(), look(cache, keys(20_000 + from, 20_500 + from)));
      }
    }
  }

  @Test
  void readsRowsWrittenInThisRunAsItsFilesGrow() throws IOException {
    LogSettings usual = LogSettings.usual(InstantSource.system());
    Map<CacheKey, Vector> all = new HashMap<>();
    try (LogCache cache = LogCache.open(folder, SPEC, AT_ONCE, usual)) {
      for (int i = 0; i < 60; i++) {
        Map<CacheKey, Vector> batch = new HashMap<>();
        for (int n = i * 50; n < i * 50 + 50; n++) {
          batch.put(key(n), vector(n, 384));
        }
        cache.store(batch);
        all.putAll(batch);
        assertEquals(batch, look(cache, List.copyOf(batch.keySet())));
      }
      assertEquals(all, look(cache, keys(0, 3000)));
    }
  }

  @Test
  void specsThatDifferInOneFieldShareNothing() throws IOException {
    Optional<InputType> document = Optional.of(InputType.DOCUMENT);
    OptionalInt eight = OptionalInt.of(8);
    List<EmbeddingSpec> specs =
        List.of(
            new EmbeddingSpec("openai", "", "m", eight, document, Oversize.ERROR, ""),
            new EmbeddingSpec("mistral", "", "m", eight, document, Oversize.ERROR, ""),
            new EmbeddingSpec("openai", "http://h", "m", eight, document, Oversize.ERROR, ""),
            new EmbeddingSpec("openai", "", "M", eight, document, Oversize.ERROR, ""),
            new EmbeddingSpec("openai", "", "m", OptionalInt.of(9), document, Oversize.ERROR, ""),
            new EmbeddingSpec("openai", "", "m", OptionalInt.empty(), document, Oversize.ERROR, ""),
            new EmbeddingSpec(
                "openai", "", "m", eight, Optional.of(InputType.QUERY), Oversize.ERROR, ""),
            new EmbeddingSpec("openai", "", "m", eight, Optional.empty(), Oversize.ERROR, ""),
            new EmbeddingSpec("openai", "", "m", eight, document, Oversize.TRUNCATE, ""),
            new EmbeddingSpec("openai", "", "m", eight, document, Oversize.ERROR, "sha"),
            new EmbeddingSpec("openai", "m", "", eight, document, Oversize.ERROR, ""),
            new EmbeddingSpec("openaim", "", "", eight, document, Oversize.ERROR, ""));
    Set<CacheKey> seen = new HashSet<>();
    Set<Path> folders = new HashSet<>();
    for (EmbeddingSpec spec : specs) {
      CacheKey key = new CacheKeys(spec).keyOf("text");
      assertTrue(seen.add(key));
      assertTrue(folders.add(Namespace.of(folder, spec).folder()));
      try (LogCache cache = LogCache.open(folder, spec, AT_ONCE, SMALL)) {
        assertEquals(Map.of(), look(cache, List.of(key)));
        cache.store(Map.of(key, vector(1)));
      }
    }
  }

  @Test
  void refusesAVectorOfOtherDimensionsAndSaysWhich() throws IOException {
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(0, 3));
      RunFailed failure =
          assertThrows(RunFailed.class, () -> cache.store(Map.of(key(9), vector(9, 5))));
      assertTrue(failure.getMessage().contains("8 dimensions"), failure.getMessage());
      assertTrue(failure.getMessage().contains("one of 5"), failure.getMessage());
      assertEquals(vectors(0, 3), look(cache, keys(0, 10)));
    }
    try (LogCache cache = open(SMALL)) {
      assertThrows(RunFailed.class, () -> cache.store(Map.of(key(9), vector(9, 5))));
      assertEquals(vectors(0, 3), look(cache, keys(0, 10)));
    }
  }

  @Test
  void refusesACacheOfANewerFormat() throws IOException {
    open(SMALL).close();
    Path meta = Namespace.of(folder, SPEC).folder().resolve("meta.json");
    Files.writeString(meta, Files.readString(meta).replaceAll("\"format\" : 1", "\"format\" : 2"));
    RunFailed failure = assertThrows(RunFailed.class, () -> open(SMALL));
    assertTrue(failure.getMessage().contains("newer embedctl (format 2"), failure.getMessage());
  }

  @Test
  void refusesACacheWhoseMetaOnlyANewerFormatCanRead() throws IOException {
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(0, 3));
    }
    Path meta = Namespace.of(folder, SPEC).folder().resolve("meta.json");
    for (String newer :
        List.of("{\"format\":2,\"segments\":[{\"rows\":3}]}", "{\"format\": 31, \"provider")) {
      Files.writeString(meta, newer);
      RunFailed failure = assertThrows(RunFailed.class, () -> open(SMALL));
      assertTrue(failure.getMessage().contains("use that version"), failure.getMessage());
      assertEquals(newer, Files.readString(meta));
    }
  }

  @Test
  void namesTheFolderThatCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    RunFailed failure =
        assertThrows(
            RunFailed.class, () -> LogCache.open(file.resolve("cache"), SPEC, AT_ONCE, SMALL));
    assertTrue(failure.getMessage().contains(file.resolve("cache").toString()));
    assertThrows(RunFailed.class, () -> LogCache.open(file, SPEC, AT_ONCE, SMALL));
  }

  @Test
  void makesFilesForTheUserAlone() throws IOException {
    Path cacheFolder = folder.resolve("new/cache");
    try (LogCache cache = LogCache.open(cacheFolder, SPEC, AT_ONCE, SMALL)) {
      cache.store(vectors(0, 200));
    }
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    try (Stream<Path> all = Files.walk(cacheFolder)) {
      for (Path path : all.toList()) {
        assertEquals(
            Files.isDirectory(path) ? "rwx------" : "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
            path.toString());
      }
    }
  }

  @Test
  void theFreshViewFindsOnlyWhatThisRunStored() throws IOException {
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(0, 150));
    }
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(150, 160));
    }
    try (VectorCache fresh = FreshOnly.of(open(SMALL))) {
      assertEquals(Map.of(), look(fresh, keys(0, 160)));
      fresh.store(Map.of(key(1), vector(1001), key(155), vector(1155)));
      assertEquals(Map.of(key(1), vector(1001), key(155), vector(1155)), look(fresh, keys(0, 160)));
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(Map.of(key(1), vector(1001), key(2), vector(2)), look(cache, keys(1, 3)));
    }
  }

  @Test
  void theFreshViewIsNotTakenInByKeysThatBeginLikeOthers() throws IOException {
    byte[] one = new byte[CacheKey.BYTES];
    byte[] other = one.clone();
    other[CacheKey.BYTES - 1] = 1;
    List<CacheKey> both = List.of(CacheKey.ofBytes(one), CacheKey.ofBytes(other));
    try (LogCache cache = open(SMALL)) {
      cache.store(Map.of(both.get(0), vector(1)));
      cache.store(Map.of(both.get(1), vector(2)));
    }
    try (VectorCache fresh = FreshOnly.of(open(SMALL))) {
      assertEquals(Map.of(), look(fresh, both));
      fresh.store(Map.of(both.get(1), vector(3)));
      assertEquals(Map.of(both.get(1), vector(3)), look(fresh, both));
    }
  }

  @Test
  void aReaderSeesWhatAWriterStoresBesideIt() throws IOException {
    try (LogCache writer = open(SMALL)) {
      writer.store(vectors(0, 150));
      try (LogCache reader = LogCache.openReadOnly(folder, SPEC, AT_ONCE, InstantSource.system())) {
        writer.store(vectors(150, 170));
        assertEquals(vectors(0, 170), look(reader, keys(0, 170)));
        assertThrows(IllegalStateException.class, () -> reader.store(vectors(0, 1)));
      }
    }
  }

  @Test
  void aStoreAfterTheEndIsRefused() throws IOException {
    LogCache cache = open(SMALL);
    cache.close();
    assertThrows(IOException.class, () -> cache.store(vectors(0, 1)));
  }

  @Test
  void aReaderMakesNothing() throws IOException {
    Path absent = folder.resolve("absent");
    try (LogCache reader = LogCache.openReadOnly(absent, SPEC, AT_ONCE, InstantSource.system())) {
      assertEquals(Map.of(), look(reader, keys(0, 5)));
    }
    assertFalse(Files.exists(absent));
  }

  @Test
  void threadsThatAreInterruptedAllTheTimeBreakNothing() throws Exception {
    try (LogCache cache = open(SMALL)) {
      cache.store(vectors(0, 100));
      List<Thread> threads = new ArrayList<>();
      AtomicBoolean wrong = new AtomicBoolean();
      for (int t = 0; t < 4; t++) {
        int from = 100 + t * 200;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = from; i < from + 200; i++) {
                        Thread.currentThread().interrupt();
                        wrong.compareAndSet(false, !storedAndFound(cache, i));
                      }
                    }));
      }
      for (Thread thread : threads) {
        while (thread.isAlive()) {
          thread.interrupt();
          Thread.onSpinWait();
        }
      }
      assertFalse(wrong.get());
      assertEquals(vectors(0, 900), look(cache, keys(0, 900)));
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 900), look(cache, keys(0, 900)));
    }
  }

  private static boolean storedAndFound(LogCache cache, int number) {
    try {
      cache.store(Map.of(key(number), vector(number)));
      return cache
          .lookup(List.of(key(number), key(5)))
          .equals(Map.of(key(number), vector(number), key(5), vector(5)));
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aDiskThatFailsLeavesAllThatWasThere() throws IOException {
    FailingDisk disk = new FailingDisk();
    LogSettings failing = new LogSettings(40 * 80, 100, 50, disk::open, InstantSource.system());
    try (LogCache cache = open(failing)) {
      storeEach(cache, 0, 130);
      for (int room = 0; room < 200; room += 7) {
        disk.leaveRoomFor(room);
        IOException failure =
            assertThrows(
                IOException.class,
                () ->
                    cache.store(
                        Map.of(
                            key(2), vector(1002), key(3), vector(1003), key(1000), vector(1000))));
        assertEquals("No space left on device", failure.getMessage());
        disk.mend();
        assertEquals(vectors(0, 130), look(cache, keys(0, 1001)));
      }
      storeEach(cache, 130, 135);
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 135), look(cache, keys(0, 1001)));
      assertEquals(0, cache.counts().damaged());
    }
  }

  @Test
  void aForceThatFailsIsReportedAtOnceThroughAllViewsOfTheCache() throws IOException {
    FailingDisk disk = new FailingDisk();
    LogSettings failing = new LogSettings(40 * 80, 100, 50, disk::open, InstantSource.system());
    LogCache log = open(failing);
    VectorCache cache = new CaffeineCache(FreshOnly.of(log), 1 << 20);
    storeEach(log, 0, 3);
    cache.force();
    disk.refuseToForce();
    storeEach(log, 3, 4);
    assertThrows(IOException.class, cache::force);
    assertThrows(IOException.class, cache::close);
  }

  @Test
  void aBatchThatFailedDoesNotComeBackOverWhatWasStoredAfterIt() throws IOException {
    FailingDisk disk = new FailingDisk();
    LogSettings failing = new LogSettings(40 * 80, 1000, 50, disk::open, InstantSource.system());
    try (LogCache cache = open(failing)) {
      storeEach(cache, 0, 2);
      Map<CacheKey, Vector> batch = new HashMap<>();
      for (int i = 0; i < 30; i++) {
        batch.put(key(i), vector(1000 + i));
      }
      disk.leaveRoomFor(25 * 80 + 3);
      assertThrows(IOException.class, () -> cache.store(batch));
      disk.mend();
      storeEach(cache, 0, 3);
    }
    try (LogCache cache = open(SMALL)) {
      assertEquals(vectors(0, 3), look(cache, keys(0, 30)));
    }
  }
}
