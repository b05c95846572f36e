package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.cache.files.CacheFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealedIndexTest {
  private static final CacheKey LOG = key(-1);

  @TempDir Path folder;

  private Path write(int entries) throws IOException {
    Path file = folder.resolve("index-" + entries + ".mapdb");
    Map<CacheKey, Integer> sorted = new TreeMap<>();
    for (int i = 0; i < entries; i++) {
      sorted.put(key(i), i);
    }
    SealedIndex.write(
        file,
        LOG,
        entries,
        sink -> {
          for (var entry : sorted.entrySet()) {
            sink.entry(entry.getKey(), entry.getValue());
          }
        });
    return file;
  }

  @Test
  void findsEveryKeyThroughAllNodesAndPagesAndNoOther() throws IOException {
    for (int entries : new int[] {0, 1, 2, 4095, 4096, 4097, 40_000}) {
      try (SealedIndex index = SealedIndex.open(write(entries), LOG)) {
        assertEquals(entries, index.size());
        assertEquals(entries, index.covered());
        for (int i = 0; i < entries; i++) {
          assertEquals(i, index.find(key(i)));
        }
        for (int i = entries; i < entries + 2000; i++) {
          assertEquals(KeyTable.NONE, index.find(key(i)));
        }
        int[] shown = {0};
        index.forEach((key, slot) -> shown[0]++);
        assertEquals(entries, shown[0]);
      }
    }
  }

  @Test
  void isNotOpenedForAnotherLog() throws IOException {
    Path file = write(10);
    IOException failure = assertThrows(IOException.class, () -> SealedIndex.open(file, key(-2)));
    assertEquals("an index of another log: " + file, failure.getMessage());
  }

  @Test
  void isNotOpenedWhenAnyByteIsMissing() throws IOException {
    byte[] whole = Files.readAllBytes(write(10));
    Path cut = folder.resolve("cut");
    for (int length = 0; length < whole.length; length += 4093) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThrows(IOException.class, () -> SealedIndex.open(cut, LOG));
    }
  }

  @Test
  void aFailureHalfwayLeavesNothing() {
    Path file = folder.resolve("index-5.mapdb");
    assertThrows(
        IOException.class,
        () ->
            SealedIndex.write(
                file,
                LOG,
                5,
                sink -> {
                  sink.entry(key(1), 1);
                  sink.entry(key(1), 2);
                }));
    assertFalse(Files.exists(file));
    assertFalse(Files.exists(CacheFiles.temporaryOf(file)));
  }
}
