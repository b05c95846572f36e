package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.look;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.files.CacheFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache that lives as long as a run. */
final class TemporaryCacheTest {
  private static final long NO_PROCESS = 999_999_999_999L;

  @TempDir private Path temporary;

  private VectorCache open(int vectors) {
    return TemporaryCache.open(temporary, SPEC, InstantSource.system(), vectors);
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void findsWhatTheRunStoredAndLeavesNothing() throws IOException {
    try (VectorCache cache = open(1000)) {
      cache.store(vectors(0, 500));
      assertEquals(vectors(0, 500), look(cache, keys(0, 600)));
      assertEquals(1, left().size());
    }
    assertEquals(List.of(), left());
  }

  @Test
  void keepsNoMoreThanItsBound() throws IOException {
    try (VectorCache cache = open(100)) {
      cache.store(vectors(0, 100));
      cache.store(vectors(100, 101));
      assertEquals(vectors(0, 100), look(cache, keys(0, 101)));
    }
  }

  @Test
  void whereItsFolderIsDeletedNothingFails() throws IOException {
    try (VectorCache cache = open(1000)) {
      cache.store(vectors(0, 10));
      CacheFiles.deleteTree(temporary.resolve(left().getFirst()));
      cache.store(vectors(10, 20));
    }
    assertEquals(List.of(), left());
  }

  @Test
  void whereNoFolderCanBeMadeItRemembersNothing() throws IOException {
    Path absent = temporary.resolve("absent");
    try (VectorCache cache = TemporaryCache.open(absent, SPEC, InstantSource.system())) {
      cache.store(vectors(0, 10));
      assertEquals(Map.of(), look(cache, keys(0, 10)));
    }
    assertFalse(Files.exists(absent));
  }

  @Test
  void removesWhatAKilledRunLeftAndNothingElse() throws IOException {
    Path dead = Files.createDirectory(temporary.resolve("embedctl-run-" + NO_PROCESS + "-1"));
    Files.writeString(dead.resolve("LOCK"), "# ");
    Files.createDirectory(dead.resolve("openai-m-0123456789abcdef"));
    Path used = Files.createDirectory(temporary.resolve("embedctl-run-" + NO_PROCESS + "-2"));
    Path alive =
        Files.createDirectory(
            temporary.resolve("embedctl-run-" + ProcessHandle.current().pid() + "-3"));
    Path others = Files.createDirectory(temporary.resolve("embedctl-run-of-somebody"));
    Path precious = Files.createDirectory(temporary.resolve("precious"));
    Path link = temporary.resolve("embedctl-run-" + NO_PROCESS + "-4");
    Files.createSymbolicLink(link, precious);
    try (LogCache elsewhere = LogCache.open(used, SPEC, Samples.AT_ONCE, InstantSource.system())) {
      TemporaryCache.removeAbandoned(temporary);
      assertFalse(Files.exists(dead));
      assertTrue(Stream.of(used, alive, others, precious, link).allMatch(Files::exists));
      assertEquals(Map.of(), look(elsewhere, keys(0, 1)));
    }
  }
}
