package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.key;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.look;
import static dev.embedctl.cache.Samples.vector;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheMaintenance.NamespaceSize;
import dev.embedctl.cache.lines.JsonLinesExport;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several that read and write one cache at the same time. */
final class SharedCacheTest {
  @TempDir private Path folder;

  private LogCache open() {
    return LogCache.open(folder, SPEC, AT_ONCE, SMALL);
  }

  private LogCache openToRead() {
    return LogCache.openReadOnly(folder, SPEC, AT_ONCE, InstantSource.system());
  }

  private List<Namespace> sides() throws IOException {
    return Namespace.of(folder, SPEC).sides();
  }

  @Test
  void twoWritersOfOneSpecFindEachOthersVectorsWhileBothAreOpen() throws IOException {
    try (LogCache first = open();
        LogCache second = open();
        LogCache reader = openToRead()) {
      first.store(vectors(0, 3));
      second.store(vectors(3, 130));
      assertEquals(vectors(0, 130), look(first, keys(0, 140)));
      assertEquals(vectors(0, 130), look(second, keys(0, 140)));
      assertEquals(vectors(0, 130), look(reader, keys(0, 140)));
      first.store(vectors(130, 135));
      second.store(vectors(135, 140));
      assertEquals(vectors(0, 140), look(first, keys(0, 140)));
      assertEquals(vectors(0, 140), look(second, keys(0, 140)));
      assertEquals(vectors(0, 140), look(reader, keys(0, 140)));
      assertTrue(reader.counts().sound());
    }
  }

  @Test
  void theNextWriterAdoptsTheLogThatIsBesideTheMainOne() throws IOException {
    try (LogCache first = open();
        LogCache second = open()) {
      first.store(vectors(0, 50));
      second.store(vectors(40, 150));
    }
    assertEquals(1, sides().size());
    try (LogCache reader = openToRead()) {
      assertEquals(vectors(0, 150), look(reader, keys(0, 150)));
      try (LogCache next = open()) {
        assertEquals(List.of(), sides());
        assertEquals(vectors(0, 150), look(next, keys(0, 150)));
        assertEquals(Map.of(), next.lookupFrom(next.firstFreshSlot(), keys(0, 150)));
        next.store(vectors(150, 160));
      }
      assertEquals(vectors(0, 160), look(reader, keys(0, 160)));
    }
    assertTrue(new CacheMaintenance(folder, AT_ONCE, SMALL).verify().sound());
  }

  @Test
  void damagedLogsOfOthersAreLeftOut() throws IOException {
    try (LogCache first = open();
        LogCache second = open();
        LogCache third = open()) {
      third.store(vectors(0, 3));
      Namespace main = Namespace.of(folder, SPEC);
      for (Namespace unfinished : List.of(main, main.side(1))) {
        Files.delete(unfinished.folder().resolve("meta.json"));
        Files.createDirectories(unfinished.folder().resolve("gen-0"));
      }
      assertEquals(vectors(0, 3), look(third, keys(0, 5)));
      assertTrue(first.counts().sound() && second.counts().sound());
    }
  }

  @Test
  void aReaderFindsTheVectorThatReplacedOneOfAMainLogInUse() throws IOException {
    try (LogCache first = open()) {
      first.store(Map.of(key(1), vector(1)));
      try (LogCache second = open()) {
        second.store(Map.of(key(1), vector(2)));
      }
      try (LogCache reader = openToRead()) {
        assertEquals(Map.of(key(1), vector(2)), look(reader, keys(1, 2)));
      }
    }
  }

  @Test
  void aLogWhoseProcessStillWritesIsNotAdopted() throws IOException {
    LogCache first = open();
    try (LogCache second = open()) {
      second.store(vectors(0, 5));
      first.close();
      try (LogCache third = open()) {
        assertEquals(1, sides().size());
        second.store(vectors(5, 10));
        assertEquals(vectors(0, 10), look(third, keys(0, 10)));
      }
    }
    open().close();
    assertEquals(List.of(), sides());
  }

  @Test
  void maintenanceCountsExportsAndKeepsTheRowsOfAllLogs() throws IOException {
    try (LogCache first = open();
        LogCache second = open()) {
      first.store(vectors(0, 50));
      second.store(vectors(50, 150));
      CacheMaintenance beside = new CacheMaintenance(folder, AT_ONCE, SMALL);
      assertEquals(
          List.of(150L), beside.stats().parts().stream().map(CacheStats.Part::live).toList());
      NamespaceSize size = beside.sizes(NamespaceFilter.ALL).getFirst();
      assertEquals(150, size.rows());
      assertEquals(beside.stats().bytes(), size.bytes());
      assertEquals(
          new CopyReport(150, 0),
          beside.exportTo(
              new JsonLinesExport(OutputStream.nullOutputStream()), NamespaceFilter.ALL));
      assertEquals(150, beside.verify().rows());
      assertTrue(beside.verify().sound());
    }
    assertEquals(1, sides().size());
    new CacheMaintenance(folder, AT_ONCE, SMALL).compact();
    assertEquals(List.of(), sides());
    try (LogCache reader = openToRead()) {
      assertEquals(vectors(0, 150), look(reader, keys(0, 150)));
    }
  }

  @Test
  void doubtedVectorsThatWereNotForgottenStayAndAreAdopted() throws IOException {
    try (LogCache cache = open()) {
      cache.store(vectors(0, 10));
      cache.storeDoubted(vectors(10, 40));
      assertEquals(1, sides().size());
      try (LogCache other = open()) {
        other.storeDoubted(vectors(40, 50));
        assertEquals(vectors(0, 50), look(other, keys(0, 60)));
        other.forgetDoubted();
        assertEquals(vectors(0, 40), look(cache, keys(0, 40)), "only its own are forgotten");
      }
    }
    try (LogCache next = open()) {
      assertEquals(List.of(), sides());
      assertEquals(vectors(0, 40), look(next, keys(0, 60)));
    }
  }

  @Test
  void forgottenVectorsLeaveNothingBehind() throws IOException {
    try (LogCache cache = open()) {
      cache.storeDoubted(vectors(0, 10));
      cache.forgetDoubted();
      assertEquals(List.of(), sides());
    }
    try (LogCache next = open()) {
      assertEquals(Map.of(), look(next, keys(0, 10)));
      next.store(vectors(5, 15));
      assertEquals(vectors(5, 15), look(next, keys(0, 20)));
    }
    assertTrue(new CacheMaintenance(folder, AT_ONCE, SMALL).verify().sound());
  }

  @Test
  void theLogThatAnotherProcessLeftIsNotForgottenWithTheOwnOne() throws IOException {
    try (LogCache first = open()) {
      try (LogCache second = open()) {
        second.storeDoubted(vectors(0, 10)); // its own log is one beside the main one, too
      }
      first.storeDoubted(vectors(10, 20));
      first.forgetDoubted();
      assertEquals(vectors(0, 10), look(first, keys(0, 30)));
    }
    try (LogCache next = open()) {
      assertEquals(vectors(0, 10), look(next, keys(0, 30)));
    }
  }

  @Test
  void aDoubtedVectorOfOtherDimensionsIsRefusedLikeAnyOther() throws IOException {
    try (LogCache cache = open()) {
      cache.store(vectors(0, 10));
      RunFailed failure =
          assertThrows(RunFailed.class, () -> cache.storeDoubted(Map.of(key(20), vector(20, 5))));
      assertTrue(failure.getMessage().contains("one of 5"), failure.getMessage());
      assertEquals(List.of(), sides());
      assertEquals(vectors(0, 10), look(cache, keys(0, 30)));
    }
  }

  @Test
  void vectorsThatAnotherProcessForgotAreNotFoundAnyMore() throws IOException {
    try (LogCache cache = open();
        LogCache other = open();
        LogCache reader = openToRead()) {
      cache.store(vectors(0, 5));
      other.storeDoubted(vectors(10, 20));
      assertEquals(vectors(10, 20), look(cache, keys(10, 20)));
      assertEquals(vectors(10, 20), look(reader, keys(10, 20)));

      other.forgetDoubted();

      assertEquals(Map.of(), look(cache, keys(10, 20)));
      assertEquals(Map.of(), look(reader, keys(10, 20)));
    }
  }
}
