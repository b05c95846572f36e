package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.lines.JsonLinesExport;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.testing.MountedFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Caches that can only be read, whose names lead elsewhere, or that go away while they are used.
 */
final class UnwritableCacheTest {
  @TempDir private Path folder;

  private Path filled(Path cache) throws IOException {
    try (LogCache log = LogCache.open(cache, SPEC, AT_ONCE, SMALL)) {
      log.store(vectors(0, 150));
    }
    return cache;
  }

  private static void assertReadable(Path cache) throws IOException {
    CacheMaintenance maintenance = new CacheMaintenance(cache, AT_ONCE, SMALL);
    assertEquals(150, maintenance.stats().live());
    assertTrue(maintenance.verify().sound());
    assertEquals(
        new CopyReport(150, 0),
        maintenance.exportTo(
            new JsonLinesExport(new ByteArrayOutputStream()), NamespaceFilter.ALL));
    try (LogCache log = LogCache.openReadOnly(cache, SPEC, AT_ONCE, InstantSource.system())) {
      assertEquals(vectors(0, 150), log.lookup(keys(0, 200)));
    }
  }

  @Test
  void aCacheOnAReadOnlyDiskIsRead() throws IOException {
    try (MountedFolder disk = MountedFolder.at(folder.resolve("disk"), 4000)) {
      Path cache = filled(disk.path().resolve("cache"));
      disk.makeReadOnly();
      assertReadable(cache);
      Path unlocked = cache.resolve("LOCK");
      disk.makeWritable();
      Files.delete(unlocked);
      disk.makeReadOnly();
      assertReadable(cache);
      assertThrows(RunFailed.class, () -> LogCache.open(cache, SPEC, AT_ONCE, SMALL));
    }
  }

  @Test
  void readersDoNotWaitForAWriter() throws IOException {
    Path cache = filled(folder.resolve("cache"));
    try (LogCache writer = LogCache.open(cache, SPEC, AT_ONCE, SMALL)) {
      assertReadable(cache);
      writer.store(vectors(150, 160));
      assertEquals(vectors(150, 160), writer.lookup(keys(150, 170)));
    }
  }

  private List<Path> files(Path cache) throws IOException {
    try (Stream<Path> all = Files.walk(cache)) {
      return all.filter(Files::isRegularFile).map(cache::relativize).sorted().toList();
    }
  }

  /** What lies behind each link stays as it is, whatever is done to the cache. */
  @ParameterizedTest
  @ValueSource(strings = {"", "precious"})
  void noLinkInACacheIsFollowedOnWriting(String content) throws IOException {
    Path model = filled(folder.resolve("model"));
    Path inside = model.relativize(Namespace.of(model, SPEC).folder());
    List<Path> names = new ArrayList<>(files(model));
    for (String more : List.of("vec-000004.seg", "index-160.mapdb", "index-160.mapdb.tmp")) {
      names.add(inside.resolve("gen-0").resolve(more));
    }
    names.add(inside.resolve("meta.json.tmp"));
    names.add(inside.resolve("gen-0/damaged-vec-000003.seg.jsonl"));
    int number = 0;
    for (Path name : names) {
      Path cache = filled(folder.resolve("cache-" + number));
      Path victim = folder.resolve("victim-" + number++);
      if (!content.isEmpty()) {
        Files.writeString(victim, content);
      }
      Files.deleteIfExists(cache.resolve(name));
      Files.createSymbolicLink(cache.resolve(name), victim);
      CacheMaintenance maintenance = new CacheMaintenance(cache, AT_ONCE, SMALL);
      attempt(
          () -> {
            try (LogCache log = LogCache.open(cache, SPEC, AT_ONCE, SMALL)) {
              log.store(vectors(100, 250));
            }
          });
      attempt(maintenance::compact);
      attempt(() -> maintenance.clear(NamespaceFilter.ALL));
      if (content.isEmpty()) {
        assertFalse(Files.exists(victim), name.toString());
      } else {
        assertEquals(content, Files.readString(victim), name.toString());
      }
    }
  }

  @Test
  void aFolderThatIsALinkIsNotTheCaches() throws IOException {
    Path elsewhere = filled(folder.resolve("elsewhere"));
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path linked = Namespace.of(cache, SPEC).folder();
    Files.createSymbolicLink(linked, Namespace.of(elsewhere, SPEC).folder());
    CacheMaintenance maintenance = new CacheMaintenance(cache, AT_ONCE, SMALL);
    maintenance.clear(NamespaceFilter.ALL);
    String message =
        assertThrows(RunFailed.class, () -> LogCache.open(cache, SPEC, AT_ONCE, SMALL))
            .getMessage();
    assertTrue(message.contains("a link in the cache"), message);
    assertReadable(elsewhere);

    Files.delete(linked);
    Files.createDirectory(linked);
    Files.copy(
        Namespace.of(elsewhere, SPEC).folder().resolve("meta.json"), linked.resolve("meta.json"));
    Files.createSymbolicLink(
        linked.resolve("gen-0"), Namespace.of(elsewhere, SPEC).folder().resolve("gen-0"));
    assertThrows(RunFailed.class, () -> LogCache.open(cache, SPEC, AT_ONCE, SMALL));
    attempt(maintenance::compact);
    attempt(() -> maintenance.clear(NamespaceFilter.ALL));
    assertReadable(elsewhere);
  }

  /** Something to do with a cache. */
  @FunctionalInterface
  private interface Use {
    void run() throws IOException;
  }

  private static void attempt(Use use) {
    try {
      use.run();
    } catch (IOException | RunFailed e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deleted", "renamed", "replaced", "a file", "log deleted"})
  void aFolderThatGoesAwayDuringARunIsSaidAtItsEnd(String what) throws IOException {
    Path cache = filled(folder.resolve("cache"));
    LogCache log = LogCache.open(cache, SPEC, AT_ONCE, SMALL);
    log.store(vectors(150, 155));
    switch (what) {
      case "deleted" -> CacheFiles.deleteTree(cache);
      case "renamed" -> Files.move(cache, folder.resolve("moved"));
      case "replaced" -> {
        Path other = filled(folder.resolve("other"));
        Files.move(cache, folder.resolve("moved"));
        Files.move(other, cache);
      }
      case "a file" -> {
        Files.move(cache, folder.resolve("moved"));
        Files.writeString(cache, "x");
      }
      default ->
          Files.delete(
              new LogFiles(Namespace.of(cache, SPEC).folder().resolve("gen-0")).segment(3));
    }
    assertEquals(vectors(0, 155), log.lookup(keys(0, 200)));
    String message = assertThrows(RunFailed.class, log::close).getMessage();
    assertTrue(message.startsWith("the cache folder " + cache + " was deleted"), message);
  }
}
